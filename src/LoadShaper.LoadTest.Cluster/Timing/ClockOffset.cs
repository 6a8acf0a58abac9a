namespace LoadShaper.LoadTest.Cluster.Timing;

/// <summary>
/// How far a worker's monotonic clock is ahead of the coordinator's, from the ping with the shortest round trip: the
/// longer a ping takes, the more of it is waiting in one direction, and the less its midpoint says.
/// </summary>
/// <param name="Nanoseconds">Worker's clock minus coordinator's clock.</param>
/// <param name="ShortestRoundTrip">In nanoseconds; the offset is wrong by at most half of it.</param>
/// <param name="RoundTripP99">In nanoseconds, nearest rank.</param>
public sealed record ClockOffset(long Nanoseconds, long ShortestRoundTrip, long RoundTripP99)
{
    /// <summary>Pings of a measurement.</summary>
    public const int Pings = 31;

    /// <exception cref="ArgumentException">There is no sample.</exception>
    public static ClockOffset Of(IReadOnlyCollection<PingSample> samples)
    {
        if (samples.Count == 0)
            throw new ArgumentException("A clock offset needs at least one ping", nameof(samples));
        var shortest = samples.MinBy(sample => sample.RoundTrip);
        var rank = (int)Math.Ceiling(0.99 * samples.Count);
        return new ClockOffset(shortest.Offset, shortest.RoundTrip, samples.Select(sample => sample.RoundTrip).Order().ElementAt(rank - 1));
    }

    /// <summary>The worker's clock at an instant of the coordinator's clock.</summary>
    public long ToWorker(long coordinatorAt) => coordinatorAt + Nanoseconds;
}
