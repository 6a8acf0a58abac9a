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

    /// <summary>running, finished, interrupted, aborted, memory_limit or engine_failed.</summary>
    public string End { get; init; } = "running";
    public string? StopReason { get; init; }

    /// <summary>0 when the run is valid and met its thresholds; null while it runs.</summary>
    public int? ExitCode { get; init; }

    /// <summary>False when the generator was the limit; null while it runs.</summary>
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
}

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
