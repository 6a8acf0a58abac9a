using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Settings;
using LoadShaper.Simulation;

namespace LoadShaper.Replay;

/// <summary>Recorded minutes as a machine to be simulated. Days are kept whole, so that each hour stays the hour that it was.</summary>
internal sealed class RecordedMachine
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset _start;
    private readonly double?[] _foreign;
    private readonly double?[] _load;
    private readonly double?[] _before;

    /// <param name="minutes">What is run again.</param>
    /// <param name="all">These, and what was seen before them.</param>
    public RecordedMachine(IReadOnlyList<MinuteMean> minutes, IReadOnlyList<MinuteMean> all)
    {
        _start = new DateTimeOffset(minutes[0].Start.UtcDateTime.Date, TimeSpan.Zero);
        Days = (int)Math.Ceiling((minutes[^1].Start + Minute - _start).TotalDays);
        _foreign = new double?[Days * 24 * 60];
        _load = new double?[_foreign.Length];
        var rows = new MinuteRow[_foreign.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new MinuteRow(SimulationOptions.Start + i * Minute, null, null, "off", "");
        foreach (var minute in minutes)
        {
            var i = IndexOf(minute);
            _foreign[i] = Math.Min(100, minute.Foreign);
            // The stored average contains our own threads.
            _load[i] = minute.Load is { } load ? Math.Max(0, load - minute.Own / 100) : null;
            rows[i] = new MinuteRow(rows[i].Minute, minute.Own, minute.Busy, "", "");
        }

        Rows = rows;
        var first = all.Where(minute => minute.Start < _start).Select(minute => (int?)IndexOf(minute)).Min();
        _before = new double?[-(first ?? 0)];
        var before = new List<MinuteMean>();
        foreach (var minute in all.Where(minute => minute.Start < _start))
        {
            _before[^-IndexOf(minute)] = minute.Busy;
            before.Add(minute with { Start = SimulationOptions.Start + (minute.Start - _start) });
        }

        Before = before;
    }

    public int Days { get; }

    public IReadOnlyList<MinuteRow> Rows { get; }

    /// <summary>What was seen before, on the clock of the simulation.</summary>
    public IReadOnlyList<MinuteMean> Before { get; }

    public SimulationOptions Options(LoadShaperSettings settings, ShapeFamily family, DaemonStarted? started) => new()
    {
        Days = Days,
        Family = family,
        CpuCount = started?.CpuCount ?? 2,
        Settings = settings,
        Foreign = new Minutes(_foreign),
        LoadAverage = new Minutes(_load, _foreign),
        Outages = [.. Unseen()],
        // A minute that was not seen counts as idle for the law, as it did then.
        History = _before.Length == 0 ? null : new History(_before.Length * Minute, new Minutes(_before, offset: _before.Length)),
    };

    private int IndexOf(MinuteMean minute) => (int)((minute.Start - _start) / Minute);

    private IEnumerable<Stretch> Unseen()
    {
        for (var i = 0; i < _foreign.Length; i++)
        {
            if (_foreign[i] is not null)
                continue;
            var from = i;
            while (i < _foreign.Length && _foreign[i] is null)
                i++;
            yield return new Stretch(from * Minute, (i - from) * Minute);
        }
    }

    /// <param name="values">By the minute since the start.</param>
    /// <param name="percent">Where a load average is not known, the CPU that was used; null for values that are percent themselves.</param>
    private sealed class Minutes(double?[] values, double?[]? percent = null, int offset = 0) : IForeignLoad
    {
        public double At(TimeSpan elapsed)
        {
            var i = (int)Math.Floor(elapsed / Minute) + offset;
            return i >= 0 && i < values.Length ? values[i] ?? percent?[i] / 100 ?? 0 : 0;
        }
    }
}
