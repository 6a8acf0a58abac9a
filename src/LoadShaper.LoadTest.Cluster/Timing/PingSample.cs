namespace LoadShaper.LoadTest.Cluster.Timing;

/// <summary>One exchange of a ping with a worker, in nanoseconds of CLOCK_MONOTONIC of the machine that read the clock.</summary>
/// <param name="SentAt">The coordinator's clock when the ping left.</param>
/// <param name="WorkerAt">The worker's clock when it answered.</param>
/// <param name="ReceivedAt">The coordinator's clock when the answer arrived.</param>
public readonly record struct PingSample(long SentAt, long WorkerAt, long ReceivedAt)
{
    public long RoundTrip => ReceivedAt - SentAt;

    /// <summary>Worker's clock minus coordinator's clock, if both directions took the same time; wrong by at most half the round trip.</summary>
    public long Offset => WorkerAt - (SentAt + RoundTrip / 2);
}
