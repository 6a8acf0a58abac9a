namespace LoadShaper.Domain.Admission;

/// <summary>
/// Requests of the last minute, in 60 segments of a second. Advances by the time it is given and needs no timer.
/// SlidingWindowRateLimiter without automatic replenishment moves by one segment a call, however long ago the last call was: after
/// a quiet minute it would still refuse.
/// </summary>
public sealed class RequestWindow
{
    private const int Segments = 60;

    private readonly int[] _counts = new int[Segments];
    private long _newest;
    private int _sum;

    /// <param name="now">A monotonic time; one that is earlier than the last counts as the last.</param>
    public int CountAt(TimeSpan now)
    {
        Advance(now);
        return _sum;
    }

    public void Add(TimeSpan now)
    {
        Advance(now);
        _counts[_newest % Segments]++;
        _sum++;
    }

    private void Advance(TimeSpan now)
    {
        var second = (long)now.TotalSeconds;
        var steps = Math.Min(second - _newest, Segments);
        for (var i = 1; i <= steps; i++)
        {
            ref var count = ref _counts[(_newest + i) % Segments];
            _sum -= count;
            count = 0;
        }
        if (steps > 0)
            _newest = second;
    }
}
