namespace LoadShaper.LoadTest.Results;

/// <summary>What one worker of a distributed run contributed.</summary>
public sealed record WorkerResult
{
    public required string Name { get; init; }

    /// <summary>Name of the lost worker whose part these figures are of; null for the worker's own part.</summary>
    public string? For { get; init; }

    /// <summary>Name in tables and messages.</summary>
    public string Label => For is null ? Name : $"{Name} (for {For})";

    /// <summary>As the coordinator sees it, for example <c>10.0.0.7:4053</c>.</summary>
    public required string Address { get; init; }

    /// <summary>What was received of it: complete when it finished, otherwise up to its last report.</summary>
    public required RunResult Result { get; init; }

    /// <summary>Its clock minus the coordinator's, as measured before the start.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>Why it was lost; null: it finished.</summary>
    public string? LostReason { get; init; }

    /// <summary>End of its last second that is in the result; null unless it was lost.</summary>
    public TimeSpan? LostAfter { get; init; }

    /// <summary>Interval reports that were not received; their values are in later snapshots.</summary>
    public long MissedReports { get; init; }

    public WorkerFigures Figures => new(
        Label, Address, Result.Total.Counts, Result.Total.Response.Percentile(50), Result.Total.Response.Percentile(99),
        Result.Health.Lag.Percentile(99), Result.Health.Cpu, Result.StartSkew, ClockOffset, LostReason);
}

/// <summary>A row of the report's table of workers. Latencies and lag are microseconds.</summary>
/// <param name="Cpu">Cores used on average.</param>
/// <param name="StartSkew">Actual minus planned start on its own clock; null when it never started.</param>
public sealed record WorkerFigures(
    string Name, string Address, RunCounts Counts, long P50, long P99, long LagP99, double Cpu, TimeSpan? StartSkew, TimeSpan ClockOffset, string? LostReason);
