namespace LoadShaper.LoadTest.Cluster.Timing;

/// <summary>The instant at which every worker starts the schedule, on its own monotonic clock.</summary>
/// <param name="At">Nanoseconds of the coordinator's clock.</param>
/// <param name="WorkersAt">Nanoseconds of each worker's clock, in the order of the workers.</param>
public sealed record StartPlan(long At, IReadOnlyList<long> WorkersAt)
{
    /// <summary>The start is at least this far away, so that the message reaches every worker in time.</summary>
    public static TimeSpan ShortestDelay { get; } = TimeSpan.FromSeconds(2);

    /// <summary>The start is at least this many round trips (p99 of the slowest worker) away.</summary>
    public const int RoundTrips = 10;

    /// <param name="now">Nanoseconds of the coordinator's clock.</param>
    public static StartPlan Of(long now, IReadOnlyList<ClockOffset> workers)
    {
        var slowest = workers.Count == 0 ? 0 : workers.Max(worker => worker.RoundTripP99);
        var at = now + Math.Max((long)ShortestDelay.TotalNanoseconds, RoundTrips * slowest);
        return new StartPlan(at, [.. workers.Select(worker => worker.ToWorker(at))]);
    }
}
