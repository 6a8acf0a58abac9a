using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Tests;

/// <summary>Results and snapshots as a run would give them, with chosen figures.</summary>
internal static class Samples
{
    public static LatencyHistogram Latencies(params long[] microseconds)
    {
        var histogram = new LatencyHistogram();
        foreach (var value in microseconds)
            histogram.Record(value);
        return histogram;
    }

    /// <summary>Log-normal latencies around a median, from a seed.</summary>
    public static LatencyHistogram LogNormal(int count, double medianMicroseconds, double sigma, int seed)
    {
        var random = new Random(seed);
        var histogram = new LatencyHistogram();
        for (var i = 0; i < count; i++)
            histogram.Record((long)(medianMicroseconds * Math.Exp(sigma * Normal(random))));
        return histogram;
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static RunCounts Counts(long completed, long failed = 0, long unsent = 0) => new()
    {
        Offered = completed + failed + unsent,
        Sent = completed + failed,
        Completed = completed,
        Failed = failed,
        Unsent = unsent,
        BytesSent = 100 * (completed + failed),
        BytesReceived = 1_000 * completed,
    };

    public static SeriesResult Series(string name, RunCounts counts, LatencyHistogram response, LatencyHistogram? failed = null) => new()
    {
        Name = name,
        Counts = counts,
        Response = response,
        FailedResponse = failed ?? new LatencyHistogram(),
        Service = response,
        StatusClasses = [0, 0, counts.Completed, 0, counts.Failed, 0],
    };

    public static GeneratorHealth Health() => new()
    {
        Lag = Latencies(20, 30, 40, 90),
        Threads = [new EngineThreadHealth("engine-0", 0.41, 0.002)],
        Cpu = 0.62,
        ResidentBytesAtStart = 60 << 20,
        ResidentBytesPeak = 72 << 20,
        ResidentBytes = 70 << 20,
        Engine = "epoll (epoll_pwait2)",
    };

    public static RunResult Result(SeriesResult total, TimeSpan? duration = null, IReadOnlyList<SeriesResult>? series = null) => new()
    {
        StartedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Duration = duration ?? TimeSpan.FromSeconds(10),
        PlannedDuration = duration ?? TimeSpan.FromSeconds(10),
        End = RunEnd.Finished,
        Total = total,
        Series = series ?? [total],
        Warmup = default,
        Timeline = [],
        Errors = [],
        Health = Health(),
        Percentiles = PercentileTracking.Full,
    };

    public static IntervalSnapshot Interval(int second, RunCounts interval, LatencyHistogram response, string phase = "phase 1", int phaseIndex = 0, bool warmup = false) => new()
    {
        Sequence = second,
        Elapsed = TimeSpan.FromSeconds(second + 1),
        Length = TimeSpan.FromSeconds(1),
        Phase = phaseIndex,
        PhaseName = phase,
        Warmup = warmup,
        Final = false,
        PlannedRate = 100,
        Users = 0,
        InFlight = 0,
        Total = Snapshot("total", interval, response),
        Series = [Snapshot("item", interval, response)],
        NewRows = [],
        Errors = [],
        Health = Health(),
    };

    private static SeriesSnapshot Snapshot(string name, RunCounts interval, LatencyHistogram response) => new()
    {
        Name = name,
        Counts = interval,
        Interval = interval,
        Response = response.Summary(),
        IntervalResponse = response.Summary(),
        IntervalHistogram = response,
        IntervalFailedHistogram = new LatencyHistogram(),
    };
}
