using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

public enum WorkerReportKind : byte
{
    /// <summary>One a second: counts since the start, latencies of the interval.</summary>
    Delta = 1,

    /// <summary>Every tenth report: in addition the latencies since the start and the timeline rows of the last snapshots, which replace lost reports.</summary>
    Snapshot = 2,

    /// <summary>The last one: the whole result except for the timeline rows that were reported before.</summary>
    Final = 3,
}

/// <summary>What a worker reports. Counts, errors, warnings and health are always since the start, so a later report replaces an earlier one.</summary>
public sealed record WorkerReport
{
    /// <summary>From 0, by one.</summary>
    public required long Sequence { get; init; }

    public required WorkerReportKind Kind { get; init; }

    /// <summary>End of the interval since the first intended time after the warm-up; negative within the warm-up.</summary>
    public required TimeSpan Elapsed { get; init; }

    public int Users { get; init; }
    public int InFlight { get; init; }

    /// <summary>All steps. Its name is <c>all</c>.</summary>
    public required SeriesReport Total { get; init; }

    /// <summary>One per series of the plan, in its order. The only one is equal to the total except for its name.</summary>
    public required IReadOnlyList<SeriesReport> Series { get; init; }

    public RunCounts Warmup { get; init; }

    /// <summary>A delta has the rows since the last report; a snapshot and the final report have those since the last but one snapshot.</summary>
    public IReadOnlyList<TimelineRow> Rows { get; init; } = [];

    /// <summary>A delta has the rows that changed since the last report, the others have all.</summary>
    public IReadOnlyList<ErrorRow> Errors { get; init; } = [];

    /// <summary>Its lag is empty in a delta.</summary>
    public required GeneratorHealth Health { get; init; }

    public EchoCounts? Echo { get; init; }
    public IReadOnlyList<RunWarning> Warnings { get; init; } = [];

    /// <summary>Null until the engine started.</summary>
    public TimeSpan? StartSkew { get; init; }

    /// <summary>Null except in the final report.</summary>
    public WorkerEnd? End { get; init; }
}

/// <summary>How the part of a worker ended.</summary>
/// <param name="Duration">As <see cref="RunResult.Duration"/>.</param>
/// <param name="Faults">How often each fault of the scenario's policy happened; null without a policy.</param>
public sealed record WorkerEnd(RunEnd End, string? StopReason, DateTimeOffset StartedAt, TimeSpan Duration, IReadOnlyDictionary<string, long>? Faults = null);

/// <summary>One series of a report.</summary>
public sealed record SeriesReport
{
    public required string Name { get; init; }

    /// <summary>Since the start.</summary>
    public required RunCounts Counts { get; init; }

    /// <summary>Since the start, in snapshots and the final report; a delta has zeros.</summary>
    public IReadOnlyList<long> StatusClasses { get; init; } = [0, 0, 0, 0, 0, 0];

    /// <summary>Latencies of the interval; empty in the final report.</summary>
    public HistogramData Response { get; init; } = HistogramData.Empty;
    public HistogramData FailedResponse { get; init; } = HistogramData.Empty;

    /// <summary>Latencies since the start; null in a delta.</summary>
    public SeriesLatencies? Cumulative { get; init; }
}

/// <summary>Latencies of one series since the start of the run.</summary>
public sealed record SeriesLatencies(HistogramData Response, HistogramData FailedResponse, HistogramData Service)
{
    public static SeriesLatencies Empty { get; } = new(HistogramData.Empty, HistogramData.Empty, HistogramData.Empty);
}
