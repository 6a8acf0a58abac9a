using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling;

/// <summary>Control periods end in step with the wall clock, so that minutes and slots consist of whole ones.</summary>
public static class ControlRhythm
{
    // Timers may fire a little early: the end that has all but come is not waited for twice.
    private const double LeastShare = 0.2;

    public static TimeSpan UntilNext(DateTimeOffset now, TimeSpan period)
    {
        var left = Slot.At(now, period).End - now;
        return left < LeastShare * period ? left + period : left;
    }
}
