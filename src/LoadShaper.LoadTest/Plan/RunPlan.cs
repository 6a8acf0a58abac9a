namespace LoadShaper.LoadTest.Plan;

/// <summary>
/// All that the engine needs for one run, as immutable values. <see cref="RunPlanValidation.Validate"/> lists every
/// problem; <c>LoadRun.ExecuteAsync</c> refuses a plan that has one.
/// </summary>
public sealed record RunPlan
{
    public required IReadOnlyList<LoadTarget> Targets { get; init; }

    /// <summary>Each arrival executes one flow, chosen by weight. A plain step is a flow of one step.</summary>
    public required IReadOnlyList<Flow> Flows { get; init; }

    /// <summary>The load over time, phases one after the other. At least one.</summary>
    public required IReadOnlyList<LoadPhase> Phases { get; init; }

    /// <summary>Tables that templates read by column name.</summary>
    public IReadOnlyList<DataTable> Data { get; init; } = [];

    /// <summary>How the arrivals of rate phases are spaced. Closed phases ignore it.</summary>
    public ArrivalProcess Arrival { get; init; } = ArrivalProcess.Uniform;

    /// <summary>Upper bound of requests in flight, and of open connections. 1 to 65,000.</summary>
    public int Connections { get; init; } = 100;

    /// <summary>
    /// Extra time before the first phase, at that phase's initial rate (its mean rate when it starts at zero) or users.
    /// Its results are counted in <c>RunResult.Warmup</c> only.
    /// </summary>
    public TimeSpan Warmup { get; init; }

    /// <summary>The time limits of a request; a step may have its own.</summary>
    public RequestTimeouts Timeouts { get; init; } = RequestTimeouts.Default;

    /// <summary>
    /// How long flows that began are awaited after the last phase. Null: as long as their total time-outs, so that every
    /// request ends with a response or an error.
    /// </summary>
    public TimeSpan? Drain { get; init; }

    /// <summary>Start of every random choice: arrivals, flows, data rows, think time. The same seed gives the same run.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Resident memory in bytes: warning at 80 %, totals only at 90 %, the run stops at 100 %. Null: no limit.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Snaps intended times up to a grid of this width, which costs less CPU. Zero: no grid. The measurement keeps the unsnapped time.</summary>
    public TimeSpan Batch { get; init; }

    public PercentileTracking Percentiles { get; init; } = PercentileTracking.Full;

    /// <summary>Named series kept apart; steps beyond it go to <c>other</c>. 1 to 1,000.</summary>
    public int MaxSeries { get; init; } = 100;

    /// <summary>A request sent more than this after its intended time counts as late.</summary>
    public TimeSpan LateAfter { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Engine threads. Null: one per core up to cores - 1, at least one.</summary>
    public int? EngineThreads { get; init; }

    /// <summary>Which part of the global schedule this process sends; the whole of it by default.</summary>
    public SchedulePartition Partition { get; init; } = SchedulePartition.Whole;
}

/// <summary>How arrivals are spaced: evenly along the rate curve, or as a Poisson process with that rate.</summary>
public enum ArrivalProcess
{
    Uniform,
    Poisson,
}

/// <summary>The indices i of one global schedule with i mod <see cref="Count"/> = <see cref="Index"/>.</summary>
public readonly record struct SchedulePartition(int Index, int Count)
{
    public static SchedulePartition Whole => new(0, 1);

    /// <summary>Part <paramref name="index"/> of <paramref name="count"/> of this part; parts of parts are parts of the same schedule.</summary>
    public SchedulePartition Split(int index, int count) => new(Index + Count * index, Count * count);
}

/// <summary>Time limits of one request. All positive, each at most 10 minutes.</summary>
/// <param name="Connect">From the start of a connection to its establishment.</param>
/// <param name="Send">From the first to the last byte of the request.</param>
/// <param name="FirstByte">From the last byte of the request to the first byte of the response.</param>
/// <param name="Total">From taking up the request to the last byte of the response, connecting included.</param>
public sealed record RequestTimeouts(TimeSpan Connect, TimeSpan Send, TimeSpan FirstByte, TimeSpan Total)
{
    public static RequestTimeouts Default { get; } = OfTotal(TimeSpan.FromSeconds(10));

    /// <summary>The limits behind <c>--timeout</c>: total as given; each part may use all of it.</summary>
    public static RequestTimeouts OfTotal(TimeSpan total) => new(total, total, total, total);
}

/// <summary>How much is kept to compute percentiles from. Counts are exact in every mode.</summary>
public sealed record PercentileTracking
{
    public static PercentileTracking Full { get; } = new();
    public static PercentileTracking Off { get; } = new() { Mode = PercentileMode.Off };

    /// <summary>Histograms start empty every <paramref name="window"/>; the result holds the last full window.</summary>
    public static PercentileTracking Windowed(TimeSpan window) => new() { Mode = PercentileMode.Windowed, Window = window };

    /// <summary>A share of the requests, 0 &lt; rate ≤ 1, chosen by seed and index.</summary>
    public static PercentileTracking Sampled(double rate) => new() { Mode = PercentileMode.Sampled, Rate = rate };

    public PercentileMode Mode { get; init; } = PercentileMode.On;
    public TimeSpan Window { get; init; }
    public double Rate { get; init; } = 1;
}

public enum PercentileMode
{
    On,
    Off,
    Windowed,
    Sampled,
}
