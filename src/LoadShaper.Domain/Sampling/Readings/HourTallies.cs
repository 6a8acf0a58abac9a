namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>
/// How many minutes, five minutes and hours reached the threshold, by UTC hour over the window: gives what will still
/// count in some hours. Kept for the whole load and for real load alone.
/// </summary>
internal sealed class HourTallies(int hours)
{
    private readonly Tally[] _ring = new Tally[hours + 1];
    private long _hour = long.MinValue;

    /// <summary>Adds to an hour, the newest or a newer one.</summary>
    public void Add(long hour, Tally counted)
    {
        if (hour > _hour)
        {
            var first = Math.Max(_hour == long.MinValue ? hour : _hour + 1, hour - hours);
            for (var h = first; h <= hour; h++)
                _ring[At(h)] = default;
            _hour = hour;
        }

        _ring[At(hour)] = _ring[At(hour)].Plus(counted);
    }

    /// <summary>
    /// What of the hours counted so far still lies in the window at the start of hour <paramref name="now"/> + i, for i from 0 on.
    /// </summary>
    public void Left(long now, Span<Tally> left)
    {
        var sum = default(Tally);
        var h = Math.Min(now, _hour);
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var oldest = Math.Max(now + i - hours, _hour - hours); h >= oldest && h >= 0; h--)
            {
                ref readonly var tally = ref _ring[At(h)];
                if (tally.Minutes > 0)
                    sum = sum.Plus(tally);
            }

            left[i] = sum;
        }
    }

    private int At(long hour) => (int)(hour % _ring.Length);

    internal readonly record struct Tally(int Minutes, int Fives, int Hours, int RealMinutes, int RealFives, int RealHours)
    {
        public Tally Plus(Tally other) => new(
            Minutes + other.Minutes, Fives + other.Fives, Hours + other.Hours,
            RealMinutes + other.RealMinutes, RealFives + other.RealFives, RealHours + other.RealHours);
    }
}
