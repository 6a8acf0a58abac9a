namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>Foreign CPU use by UTC hour of the day: an exponential mean over about a week of days.</summary>
public sealed class ForeignProfile
{
    private const double Weight = 1.0 / 7;

    private readonly double?[] _hours = new double?[24];
    private (long Hour, double Sum, int Seen) _current = (long.MinValue, 0, 0);

    /// <summary>24 numbers, percent; hours that were never seen count as the mean of the others, 0 without any.</summary>
    public double[] Hours()
    {
        var unknown = _hours.Average() ?? 0;
        return Array.ConvertAll(_hours, h => h ?? unknown);
    }

    public void Add(MinuteMean minute)
    {
        var hour = minute.Index / 60;
        if (hour != _current.Hour)
            _current = (hour, 0, 0);
        _current = (hour, _current.Sum + minute.Foreign, _current.Seen + 1);
        if (minute.Index % 60 != 59 || _current.Seen < 30)
            return;
        var mean = _current.Sum / _current.Seen;
        ref var known = ref _hours[hour % 24];
        known = known is { } before ? before + Weight * (mean - before) : mean;
    }
}
