using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Settings;
using LoadShaper.Simulation;

namespace LoadShaper.Replay.Machine;

/// <summary>Recorded minutes as a machine to be simulated. Days are kept whole, so that each hour stays the hour that it was.</summary>
internal sealed class RecordedMachine
{
    private const int MinutesPerDay = 24 * 60;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset _start;
    private readonly double[] _foreign, _own, _busy, _load;
    private readonly double[] _before;

    /// <param name="first">Start of the first minute that is run again.</param>
    /// <param name="last">Start of the last one.</param>
    /// <param name="minutes">What is run again.</param>
    /// <param name="before">What was seen before it, oldest first.</param>
    public RecordedMachine(DateTimeOffset first, DateTimeOffset last, IEnumerable<MinuteMean> minutes, IEnumerable<MinuteMean> before)
    {
        _start = StartFor(first);
        Days = (int)Math.Ceiling((last + Minute - _start).TotalDays);
        (_foreign, _own, _busy, _load) = (Unknown(), Unknown(), Unknown(), Unknown());
        foreach (var minute in minutes)
        {
            var i = IndexOf(minute);
            (_foreign[i], _own[i], _busy[i]) = (Math.Min(100, minute.Foreign), minute.Own, minute.Busy);
            // The stored average contains our own threads.
            if (minute.Load is { } load)
                _load[i] = Math.Max(0, load - minute.Own / 100);
        }

        // The array begins with the first minute that was seen.
        _before = [];
        foreach (var minute in before)
        {
            if (_before.Length == 0)
                Array.Fill(_before = new double[-IndexOf(minute)], double.NaN);
            _before[^-IndexOf(minute)] = minute.Busy;
        }
    }

    public int Days { get; }

    /// <summary>What was recorded, on the clock of the simulation.</summary>
    public IEnumerable<MinuteRow> Rows => Enumerable.Range(0, _foreign.Length).Select(i =>
    {
        var at = SimulationOptions.Start + i * Minute;
        return double.IsNaN(_busy[i]) ? new MinuteRow(at, null, null, "off", "") : new MinuteRow(at, _own[i], _busy[i], "", "");
    });

    /// <summary>What was seen before, on the clock of the simulation.</summary>
    public IEnumerable<MinuteMean> Before => Enumerable.Range(0, _before.Length).Where(i => !double.IsNaN(_before[i])).Select(i =>
        new MinuteMean(SimulationOptions.Start + (i - _before.Length) * Minute, Minute, _before[i], _before[i], 0));

    /// <summary>The UTC day in which a run that begins with this minute starts.</summary>
    public static DateTimeOffset StartFor(DateTimeOffset first) => new(first.UtcDateTime.Date, TimeSpan.Zero);

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
        KeepsMinutes = false,
    };

    private int IndexOf(MinuteMean minute) => (int)((minute.Start - _start) / Minute);

    private double[] Unknown()
    {
        var values = new double[Days * MinutesPerDay];
        Array.Fill(values, double.NaN);
        return values;
    }

    private IEnumerable<Stretch> Unseen()
    {
        for (var i = 0; i < _foreign.Length; i++)
        {
            if (!double.IsNaN(_foreign[i]))
                continue;
            var from = i;
            while (i < _foreign.Length && double.IsNaN(_foreign[i]))
                i++;
            yield return new Stretch(from * Minute, (i - from) * Minute);
        }
    }

    /// <param name="values">By the minute since the start; NaN where unknown.</param>
    /// <param name="percent">Where a load average is not known, the CPU that was used; null for values that are percent themselves.</param>
    private sealed class Minutes(double[] values, double[]? percent = null, int offset = 0) : IForeignLoad
    {
        public double At(TimeSpan elapsed)
        {
            var i = (int)Math.Floor(elapsed / Minute) + offset;
            return i < 0 || i >= values.Length ? 0 : !double.IsNaN(values[i]) ? values[i] : percent is not null && !double.IsNaN(percent[i]) ? percent[i] / 100 : 0;
        }
    }
}
