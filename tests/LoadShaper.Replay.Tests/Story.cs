using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Replay.Tests;

/// <summary>
/// A daemon without its actors, minute by minute on a clock of its own: what it would have written to its journal, with
/// the mishaps of a real machine.
/// </summary>
internal sealed class Story
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly ByteSize Memory = ByteSize.FromMiB(1024);

    private readonly List<IEvent> _journal = [];
    private readonly List<MinuteMean> _stored = [];
    private Dictionary<string, string> _texts = new() { ["CPU_P95_STRATEGY"] = "slots" };
    private ControllerSnapshot _onDisk = ControllerSnapshot.Empty;
    private ControllerLoop? _loop;
    private ControllerTurn? _turn;
    private DateTimeOffset _now = Start;

    public IReadOnlyList<IEvent> Journal => _journal;

    public IReadOnlyList<MinuteMean> Stored => _stored;

    /// <summary>What others use, percent, and the load average per core that they cause.</summary>
    public Func<DateTimeOffset, (double Cpu, double Load)> Others { get; set; } = _ => (2, 0.02);

    public Story StartDaemon(string version, params (string Name, string Text)[] settings)
    {
        foreach (var (name, text) in settings)
            _texts[name] = text;
        var started = new DaemonStarted(
            _now, version, "Akka.NET 1.5.70", 2,
            SettingsTable.All.ToDictionary(s => s.Name, s => _texts.GetValueOrDefault(s.Name, s.Default)));
        Begin();
        Record(GapPolicy.AtStart(_onDisk.LastEvent, _now) is { } gap ? [gap, started] : [started]);
        return this;
    }

    public Story StopDaemon(string reason)
    {
        Record([new DaemonStopped(_now, reason)]);
        return Crash();
    }

    public Story Crash()
    {
        (_loop, _turn) = (null, null);
        return this;
    }

    public Story Run(TimeSpan length)
    {
        for (var end = _now + length; _now < end;)
            RunMinute();
        return this;
    }

    /// <summary>The machine is off, or nobody decides.</summary>
    public Story Wait(TimeSpan length)
    {
        _now += length;
        return this;
    }

    public Story SetClock(TimeSpan forward) => Wait(forward);

    /// <summary>The journal cannot be written for a while: the workers rest, then the controller begins again from what is on disk.</summary>
    public Story FillDisk(TimeSpan length)
    {
        var from = _now;
        _now += length;
        Begin();
        Record([new GapSeen(_now, from, GapCause.JournalFailed, "database or disk is full")]);
        return this;
    }

    private void Begin()
    {
        var settings = SettingsParser.Parse(_texts, new SettingsContext(ShapeFamily.E2)).Settings!;
        _loop = new ControllerLoop(settings.Cpu, settings.Gate, settings.Protect, ShapeFamily.E2, settings.Sampling with { ControlPeriod = Minute });
        _loop.Restore(_onDisk);
        _loop.Restore(_stored);
        _turn = null;
    }

    private void RunMinute()
    {
        var (cpu, load) = Others(_now);
        if (_turn is null)
            Turn(_now, TimeSpan.FromSeconds(1), cpu, 0, load);
        var own = _turn!.Gate.Scale * Math.Max(0, _turn.Plan.Intensity.Value - cpu);
        var minute = new MinuteMean(_now, Minute, cpu + own, cpu + own, own, Load: load + own / 100);
        _now += Minute;
        _stored.Add(minute);
        Turn(_now, Minute, cpu, own, load);
    }

    private void Turn(DateTimeOffset at, TimeSpan period, double cpu, double own, double load)
    {
        var busy = Percent.Of(cpu + own);
        var free = ByteSize.FromMiB(Memory.MiB * 0.8);
        _turn = _loop!.Turn(new Sample(
            at, period, 2,
            new CpuReading(busy, busy, Percent.Zero, Percent.Of(own), Percent.Of(own)),
            new MemoryReading(Memory, free, free, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero),
            Network: null,
            new LoadReading(2 * load, 2 * load, 2 * load, 2 * load)));
        Record(_turn.Events);
    }

    private void Record(IReadOnlyList<IEvent> events)
    {
        foreach (var happened in events)
        {
            _loop!.Apply(happened);
            _journal.Add(happened);
        }

        _onDisk = _loop!.Memory;
    }
}
