namespace LoadShaper.LoadTest.Results;

/// <summary>
/// Sees a run while it is executed: live view, files flushed every second, abort conditions. Called on one thread that
/// the engine does not wait for; a slow observer gets fewer, longer intervals. An exception of it ends the run
/// (<see cref="RunEnd.EngineFailed"/>), so an observer handles its own failures.
/// </summary>
public interface IRunObserver
{
    void OnStarted(RunStarted started);

    /// <summary>About once a second, and once at the end. <paramref name="control"/> can stop the run.</summary>
    void OnInterval(IntervalSnapshot snapshot, IRunControl control);

    void OnWarning(RunWarning warning);
}

public interface IRunControl
{
    /// <summary>Ends the run early as <see cref="RunEnd.Aborted"/> with this reason. The first reason stays.</summary>
    void Stop(string reason);
}

/// <param name="Addresses">What every target was resolved to, as <c>name: address</c>.</param>
public sealed record RunStarted(DateTimeOffset At, TimeSpan PlannedDuration, int EngineThreads, string Engine, IReadOnlyList<string> Addresses);

/// <summary>The run up to now and since the last snapshot. The histograms belong to the engine and are valid during the call only: copy what is needed.</summary>
public sealed record IntervalSnapshot
{
    /// <summary>From 0, by one.</summary>
    public required long Sequence { get; init; }

    /// <summary>Since the first intended time after the warm-up; negative within the warm-up.</summary>
    public required TimeSpan Elapsed { get; init; }

    public required TimeSpan Length { get; init; }
    public required int Phase { get; init; }
    public required string PhaseName { get; init; }
    public required bool Warmup { get; init; }

    /// <summary>True in the call after the last request ended.</summary>
    public required bool Final { get; init; }

    /// <summary>NaN in a closed phase.</summary>
    public required double PlannedRate { get; init; }

    public required int Users { get; init; }
    public required int InFlight { get; init; }
    public required SeriesSnapshot Total { get; init; }
    public required IReadOnlyList<SeriesSnapshot> Series { get; init; }

    /// <summary>Rows that are complete since the last snapshot.</summary>
    public required IReadOnlyList<TimelineRow> NewRows { get; init; }

    public required IReadOnlyList<ErrorRow> Errors { get; init; }
    public required GeneratorHealth Health { get; init; }
    public EchoCounts? Echo { get; init; }

    /// <summary>The warm-up's counts up to now.</summary>
    public RunCounts WarmupCounts { get; init; }

    /// <summary>As <see cref="RunResult.StartSkew"/>, also without a given instant; null before the start.</summary>
    public TimeSpan? StartSkew { get; init; }

    /// <summary>
    /// Copies of what was measured since the start: the total, then one per series unless there is only one. Null unless
    /// the run was asked for it (<c>LoadRunOptions.CumulativeEvery</c>).
    /// </summary>
    public IReadOnlyList<SeriesResult>? Cumulative { get; init; }
}

/// <summary>Counts and latencies of a series: since the start and in this interval.</summary>
public sealed record SeriesSnapshot
{
    public required string Name { get; init; }
    public required RunCounts Counts { get; init; }
    public required RunCounts Interval { get; init; }
    public required LatencySummary Response { get; init; }
    public required LatencySummary IntervalResponse { get; init; }

    /// <summary>Completed requests of the interval (2 digits for steps, 3 for the total), for windows such as <c>over 30s</c>.</summary>
    public required LatencyHistogram IntervalHistogram { get; init; }

    /// <summary>Failed requests of the interval.</summary>
    public required LatencyHistogram IntervalFailedHistogram { get; init; }
}
