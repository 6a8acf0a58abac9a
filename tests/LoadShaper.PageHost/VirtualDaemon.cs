using LoadShaper.Daemon.Page;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.History;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;

namespace LoadShaper.PageHost;

/// <summary>What other processes do; percentages 0 to 100.</summary>
internal sealed record Work(
    double CpuPercent = 3, double StealPercent = 0, double LoadPerCore = 0.05, double MemoryPressure = 0, double MemoryPercent = 31);

/// <summary>The daemon's controller, health and history in virtual time: stretches of work are queued and run up to the end.</summary>
internal sealed class VirtualDaemon
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private static readonly ByteSize Memory = ByteSize.FromMiB(1024);

    private readonly LoadShaperSettings _settings;
    private readonly Shape _shape;
    private readonly DateTimeOffset _end;
    private readonly List<(TimeSpan For, Work? Work)> _stretches = [];
    private readonly Random _noise = new(7);

    /// <param name="end">The present of the scenario.</param>
    public VirtualDaemon(LoadShaperSettings settings, Shape shape, DateTimeOffset end)
    {
        _settings = settings with { Sampling = settings.Sampling with { ControlPeriod = Period } };
        _shape = shape;
        _end = DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds() / 30 * 30);
    }

    /// <summary>Why decisions are not journaled at the end.</summary>
    public string? Problem { get; set; }

    /// <summary>What was lost of the journal.</summary>
    public string? Loss { get; set; }

    public VirtualDaemon Run(TimeSpan time, Work work)
    {
        _stretches.Add((time, work));
        return this;
    }

    public VirtualDaemon Off(TimeSpan time)
    {
        _stretches.Add((time, null));
        return this;
    }

    /// <param name="silentFor">How long the controller has reported nothing at the end.</param>
    public PageServer Serve(TimeSpan silentFor = default)
    {
        var total = _stretches.Aggregate(TimeSpan.Zero, (sum, stretch) => sum + stretch.For);
        var loop = new ControllerLoop(_settings.Cpu, _settings.Gate, _settings.Protect, _shape.Family, _settings.Sampling);
        var history = new WeekHistory(_settings.Cpu.Rule, Period);
        var fold = new MinuteFold();
        var state = new HealthState();
        var begin = _end - total;
        var at = begin;
        ControllerTurn? turn = null;
        foreach (var (time, work) in _stretches)
        {
            for (var stop = at + time; at + Period <= stop; at += Period)
            {
                if (work is null)
                    continue;
                var sample = Sample(at + Period, turn, work);
                foreach (var minute in fold.Fold(sample))
                    history.Add(minute);
                turn = loop.Turn(sample);
                foreach (var happened in turn.Events)
                    loop.Apply(happened);
                var status = loop.StatusAt(sample.At, Problem) with { JournalLoss = Loss };
                history.Add(status);
                var uptime = sample.At - begin;
                state = state.Apply(sample, _settings.Sampling.AverageWindow, uptime).Apply(status, uptime);
            }
        }

        if (total > TimeSpan.Zero)
            state = state with
            {
                Store = new StoreStatus("/var/lib/loadshaper/metrics.db", 20_160, begin, ByteSize.FromMiB(9), null, null, null, null),
                Burn = new BurnReport(_end, null, Percent.Zero, GatePosition.Open, [], TimeSpan.FromSeconds(1.7)),
                Memory = _settings.Protect == ProtectWith.Cpu ? null : Held(),
            };
        var snapshot = new HealthSnapshot(
            state, HealthPolicy.Decide(state, Period, total + silentFor), _end + silentFor);
        var key = $"{_end.ToUnixTimeSeconds():x}";
        return new PageServer(
            new PageFacts("vm-frankfurt-1", _shape, _settings, begin),
            new GivenSource(snapshot, new HistorySnapshot(key, true, history.PointsAt(_end))),
            TimeProvider.System);
    }

    private Sample Sample(DateTimeOffset at, ControllerTurn? turn, Work work)
    {
        var noise = 0.8 * (_noise.NextDouble() - 0.5);
        var foreign = Math.Clamp(work.CpuPercent + 2 * (_noise.NextDouble() - 0.5), 0, 100);
        var plan = turn is { Gate.Position: not GatePosition.Closed } ? turn.Plan : CpuPlan.Idle(at);
        var own = Math.Max(0, plan.Intensity.Value - foreign - work.StealPercent);
        var busy = Math.Clamp(foreign + own + work.StealPercent + noise, 0, 100);
        var free = ByteSize.FromMiB(Memory.MiB * (1 - work.MemoryPercent / 100));
        return new Sample(
            at, Period, _shape.Cpus,
            new CpuReading(
                Percent.Of(busy), Percent.Of(Math.Max(0, busy - work.StealPercent)), Percent.Of(work.StealPercent), Percent.Of(own), Percent.Of(own)),
            new MemoryReading(Memory, free, free, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero),
            new NetworkReading("ens3", BitRate.FromMbit(0.4), BitRate.FromMbit(0.9 + 0.3 * _noise.NextDouble()), BitRate.FromMbit(480)),
            new LoadReading(2 * work.LoadPerCore + own / 50, work.LoadPerCore, work.LoadPerCore, 2 * work.LoadPerCore),
            new PressureReading(null, Percent.Of(work.MemoryPressure), null));
    }

    private static MemoryStatus Held() => new(
        DateTimeOffset.UnixEpoch, MemoryPhase.Holding, MemoryLimit.None, Percent.Of(25), null, ByteSize.FromMiB(180), ByteSize.FromMiB(180),
        ByteSize.FromMiB(180), ByteSize.FromMiB(200), false, MemoryHolder.Process, 4711, null, null, null);

    private sealed class GivenSource(HealthSnapshot health, HistorySnapshot history) : IPageSource
    {
        public Task<HealthSnapshot?> HealthAsync() => Task.FromResult<HealthSnapshot?>(health);

        public Task<HistorySnapshot?> HistoryAsync(HistoryWanted wanted) => Task.FromResult<HistorySnapshot?>(history);
    }
}
