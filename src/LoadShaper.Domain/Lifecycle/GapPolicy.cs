using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Lifecycle;

/// <summary>Finds the holes in what was seen: between two samples, and between the last event and a start.</summary>
public static class GapPolicy
{
    /// <summary>NTP slews and short steps are no gap; slots shift by less than this.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>A clock before this has not been set yet; nothing is decided by it.</summary>
    public static readonly DateTimeOffset EarliestTime = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// How far the clock may go back with the last decision still in force: nothing is decided until it has caught up. What lies
    /// further ahead of the clock was decided by a clock that was wrong, and is passed over: holding on to it would leave the
    /// machine with one plan for as long as the step was.
    /// </summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(10);

    public static bool IsClockSet(DateTimeOffset at) => at >= EarliestTime;

    /// <summary>Whether <paramref name="time"/> can only come from a wrong clock.</summary>
    public static bool IsOfAnotherClock(DateTimeOffset time, DateTimeOffset now) => time - now > LongestHold;

    /// <summary>
    /// Compares the wall clock with the monotonic one. What the monotonic clock counted too is the daemon starved; what
    /// only the wall clock counted is a suspend or a step; the two look the same from here.
    /// </summary>
    /// <param name="usual">The control period.</param>
    public static GapSeen? Decide(Sample? before, Sample sample, TimeSpan usual)
    {
        if (before is null)
            return null;
        var wall = sample.At - before.At;
        if (wall < -Tolerance)
            return new GapSeen(sample.At, before.At, GapCause.ClockBackward);
        if (wall - sample.Period > Tolerance)
            return new GapSeen(sample.At, before.At, GapCause.ClockForward);
        return sample.Period > Tolerance + 3 * usual ? new GapSeen(sample.At, before.At, GapCause.Suspend) : null;
    }

    /// <summary>The gap between the last event and a start.</summary>
    public static GapSeen? AtStart(DateTimeOffset? lastEvent, DateTimeOffset start) =>
        lastEvent is not { } last || start == last ? null
        : start < last ? new GapSeen(start, last, GapCause.ClockBackward)
        : new GapSeen(start, last, GapCause.Downtime);
}
