using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Replay.Machine;

/// <summary>Minute means in 26 bytes each, by UTC minute: a year of them is in memory at once.</summary>
internal sealed class MinuteTable
{
    private const int MinutesPerDay = 24 * 60;

    private readonly SortedDictionary<long, Day> _days = [];

    /// <summary>Minutes that have a value.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a value to a minute; several are averaged, of the load average the last counts.</summary>
    /// <param name="index">Minutes since 1970.</param>
    /// <param name="busy">CPU use of all, percent.</param>
    /// <param name="own">CPU use of LoadShaper, percent.</param>
    /// <param name="load">Load average per core, LoadShaper's part included; null when unknown.</param>
    public void Add(long index, double busy, double own, double? load)
    {
        var (number, minute) = Math.DivRem(index, MinutesPerDay);
        if (!_days.TryGetValue(number, out var day))
            _days[number] = day = new Day();
        if (day.Values[minute]++ == 0)
            Count++;
        day.Busy[minute] += busy;
        day.Own[minute] += own;
        day.Load[minute] = load ?? day.Load[minute];
    }

    /// <summary>The minutes that begin in a range, oldest first.</summary>
    public IEnumerable<MinuteMean> In(TimeRange range)
    {
        foreach (var (number, day) in _days)
        {
            for (var i = 0; i < MinutesPerDay; i++)
            {
                if (day.Values[i] == 0)
                    continue;
                var start = MinuteMean.StartOf(number * MinutesPerDay + i);
                if (!range.Contains(start))
                    continue;
                var busy = day.Busy[i] / day.Values[i];
                yield return new MinuteMean(
                    start, TimeSpan.FromMinutes(1), busy, busy, day.Own[i] / day.Values[i],
                    Load: double.IsNaN(day.Load[i]) ? null : day.Load[i]);
            }
        }
    }

    private sealed class Day
    {
        public Day() => Array.Fill(Load, double.NaN);

        public double[] Busy { get; } = new double[MinutesPerDay];

        public double[] Own { get; } = new double[MinutesPerDay];

        public double[] Load { get; } = new double[MinutesPerDay];

        public ushort[] Values { get; } = new ushort[MinutesPerDay];
    }
}
