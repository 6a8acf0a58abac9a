using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadShaper.LoadTest.Reports;

/// <summary>
/// summary.json. Latencies are milliseconds, rates are a second, shares are 0 to 1, times are seconds from the end of the
/// warm-up. Fields are added, never renamed or removed, while <see cref="SchemaVersion"/> stays.
/// </summary>
public sealed record Summary
{
    public const int CurrentSchema = 1;

    public int SchemaVersion { get; init; } = CurrentSchema;
    public string Name { get; init; } = "";
    public string Target { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public double DurationS { get; init; }
    public double PlannedDurationS { get; init; }

    /// <summary>running, finished, interrupted, aborted, memory_limit, engine_failed or workers_lost.</summary>
    public string End { get; init; } = "running";
    public string? StopReason { get; init; }

    /// <summary>0 when the run is valid and met its thresholds; null while it runs.</summary>
    public int? ExitCode { get; init; }

    /// <summary>False when the generator was the limit or workers were lost; null while it runs.</summary>
    public bool? Valid { get; init; }
    public IReadOnlyList<SummaryReason> Invalid { get; init; } = [];

    /// <summary>Completed of ended requests; null when none ended.</summary>
    public double? SuccessRate { get; init; }
    public double? ErrorRate { get; init; }
    public double? SentRatio { get; init; }
    public double OfferedRps { get; init; }
    public double CompletedRps { get; init; }
    public double? P50Latency { get; init; }
    public double? P90Latency { get; init; }
    public double? P95Latency { get; init; }
    public double? P99Latency { get; init; }
    public double? P999Latency { get; init; }
    public double? MaxLatency { get; init; }

    public SummaryCounts Counts { get; init; } = new();
    public SummaryCounts? Warmup { get; init; }

    /// <summary>From sending, not from the intended time: what most other tools report.</summary>
    public SummaryLatency? Service { get; init; }

    /// <summary>Completed and failed requests together.</summary>
    public SummaryLatency? All { get; init; }
    public IReadOnlyList<SummaryStep> Steps { get; init; } = [];
    public IReadOnlyList<SummaryPhase> Phases { get; init; } = [];
    public IReadOnlyList<SummaryThreshold> Thresholds { get; init; } = [];
    public IReadOnlyList<SummaryError> Errors { get; init; } = [];
    public SummaryGenerator? Generator { get; init; }
    public SummaryPercentiles? Percentiles { get; init; }
    public IReadOnlyList<SummaryWarning> Warnings { get; init; } = [];

    /// <summary>Consecutive parts of the run, at most ten, for comparisons of single runs.</summary>
    public IReadOnlyList<SummaryPart> Parts { get; init; } = [];
    public SummaryEcho? Echo { get; init; }

    /// <summary>Null in a run without a fault policy.</summary>
    public SummaryFaults? Faults { get; init; }

    /// <summary>Null without `load soak`.</summary>
    public SummarySoak? Soak { get; init; }

    /// <summary>Null unless the run was distributed.</summary>
    public IReadOnlyList<SummaryWorker>? Workers { get; init; }

    /// <summary>The target's own figures; null when it does not offer any.</summary>
    public SummaryResourceStatus? ResourceStatus { get; init; }
}

/// <param name="Policy">Name of the policy.</param>
/// <param name="Text">The policy as the configuration file writes it.</param>
/// <param name="Counters">How often each fault happened.</param>
public sealed record SummaryFaults(string Policy, string Text, ulong Seed, IReadOnlyDictionary<string, long> Counters);

/// <summary>One part of a distributed run: that of a worker, or one that it took over.</summary>
/// <param name="StartSkewMs">Actual minus planned start on its own clock; null when it never started.</param>
/// <param name="ClockOffsetMs">Its clock minus the coordinator's; for information, the start takes it into account.</param>
/// <param name="Lost">Why it was lost; null: it was not.</param>
/// <param name="LostAfterS">End of its last second that is in the result.</param>
public sealed record SummaryWorker(
    string Name, string Address, SummaryCounts Counts, SummaryLatency? Response, SummaryLatency? Lag, double Cpu, long RssPeakBytes,
    double? StartSkewMs, double ClockOffsetMs, long MissedReports, string? Lost, double? LostAfterS)
{
    /// <summary>finished, lost, interrupted (stopped by the coordinator), aborted, memory_limit or engine_failed.</summary>
    public string End { get; init; } = "finished";

    /// <summary>Name of the lost worker whose part this entry is of; null for the worker's own part.</summary>
    public string? For { get; init; }
}

/// <param name="Source">What was sampled.</param>
/// <param name="Verdict">passed, failed or inconclusive.</param>
/// <param name="RssSlopeBytesPerHour">Over the part that was judged.</param>
public sealed record SummarySoak(
    string Source, string Verdict, IReadOnlyList<string> Reasons, int Samples, double JudgedS, long? RssStartBytes, long? RssEndBytes, long? RssPeakBytes, long? RssDeltaBytes,
    double? RssSlopeBytesPerHour, long? FdsStart, long? FdsEnd, long? ThreadsStart, long? ThreadsEnd, int Missed = 0);

/// <param name="Samples">Answers; <paramref name="Missed"/> are those that were refused or late.</param>
public sealed record SummaryResourceStatus(
    string Url, int Samples, int Missed, IReadOnlyList<SummaryResourcePhase> Phases, IReadOnlyList<string> Warnings, IReadOnlyList<string> Violations);

/// <summary>The largest values within a phase; null without a sample in it.</summary>
public sealed record SummaryResourcePhase(string Phase, int Samples, double? MemoryMb, double? CpuPercent, int? ConcurrentRequests, int? RequestsPerMinute, int Warnings, int Violations);

public sealed record SummaryReason(string Code, string Text);

public sealed record SummaryCounts
{
    public long Offered { get; init; }
    public long Sent { get; init; }
    public long Completed { get; init; }
    public long Failed { get; init; }
    public long Late { get; init; }
    public long Unsent { get; init; }
    public long Unfinished { get; init; }
    public long ConnectFailed { get; init; }
    public long BytesSent { get; init; }
    public long BytesReceived { get; init; }
}

public sealed record SummaryLatency(long Count, double P50, double P90, double P95, double P99, double P999, double Max);

public sealed record SummaryStep(string Name, SummaryCounts Counts, double CompletedRps, double? ErrorRate, SummaryLatency? Response, IReadOnlyList<long>? StatusClasses);

public sealed record SummaryPhase(string Name, double StartS, double DurationS, SummaryCounts Counts, double CompletedRps, double? ErrorRate, SummaryLatency? Response);

/// <param name="Measured">In the metric's unit: seconds, a share, a rate or a count.</param>
public sealed record SummaryThreshold(string Text, bool Passed, double? Measured, string? Detail);

public sealed record SummaryError(string Text, string Step, string Kind, long Count, double FirstS, double LastS);

/// <param name="Cpu">Cores in use on average.</param>
/// <param name="Lag">Milliseconds between the intended time and sending while a connection was free.</param>
public sealed record SummaryGenerator(string Engine, double Cpu, long RssStartBytes, long RssPeakBytes, SummaryLatency? Lag);

public sealed record SummaryPercentiles(string Mode, double? WindowS, double? Rate);

public sealed record SummaryWarning(double AtS, string Code, string Text);

public sealed record SummaryPart(double StartS, double? SuccessRate, double CompletedRps, double? P50Latency, double? P95Latency, double? P99Latency);

public sealed record SummaryEcho(long Sent, long Received, long Lost, long Duplicated, long Reordered, long Corrupted, long AfterTimeout);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Summary))]
[JsonSerializable(typeof(MachineInfo))]
public sealed partial class ReportJson : JsonSerializerContext
{
    /// <exception cref="FormatException">Not a summary of a known schema.</exception>
    public static Reports.Summary ReadSummary(string json)
    {
        try
        {
            var summary = JsonSerializer.Deserialize(json, Default.Summary) ?? throw new FormatException("it is null; expected a summary");
            return summary.SchemaVersion == Reports.Summary.CurrentSchema
                ? summary
                : throw new FormatException($"schema_version is {summary.SchemaVersion}; expected {Reports.Summary.CurrentSchema}");
        }
        catch (JsonException e)
        {
            throw new FormatException($"not a summary: {e.Message}", e);
        }
    }
}
