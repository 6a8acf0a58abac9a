using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Reports;

/// <summary>Makes the summary of a finished run, or of a run so far.</summary>
public static class SummaryBuilder
{
    private const int MostParts = 10;

    public static Summary Of(RunReport report)
    {
        var result = report.Result;
        var seconds = result.Duration.TotalSeconds;
        var summary = Headline(new Summary(), result.Total.Counts, result.Total.Response.Summary(), seconds) with
        {
            Name = report.Context.Name,
            Target = report.Context.Target,
            StartedAt = result.StartedAt,
            PlannedDurationS = Round(report.PlannedDuration.TotalSeconds),
            End = EndText(result.End),
            StopReason = result.StopReason,
            ExitCode = report.ExitCode,
            Valid = report.Verdict.Valid,
            Invalid = [.. report.Verdict.Reasons.Select(r => new SummaryReason(r.Code, r.Text))],
            Warmup = Counts(result.Warmup),
            Service = Latency(result.Total.Service.Summary()),
            All = Latency(result.Total.All().Summary()),
            Steps = [.. result.Series.Select(s => Step(s.Name, s.Counts, s.Response.Summary(), seconds, s.StatusClasses))],
            Phases =
            [
                .. report.Phases.Select(p => new SummaryPhase(
                    p.Name, Round(p.Start.TotalSeconds), Round(p.Duration.TotalSeconds), Counts(p.Counts),
                    Rate(p.Counts.Completed, p.Duration.TotalSeconds), ErrorRate(p.Counts), Latency(p.Response.Summary()))),
            ],
            Thresholds = [.. report.Thresholds.Select(t => new SummaryThreshold(t.Threshold.Text, t.Passed, t.Measured, t.Detail == "" ? null : t.Detail))],
            Errors = Errors(result.Errors),
            Generator = Generator(result.Health),
            Percentiles = Percentiles(result.Percentiles),
            Warnings = [.. result.Warnings.Select(w => new SummaryWarning(Round(w.At.TotalSeconds), w.Code, w.Text)), .. report.EarlyWarnings.Select(w => new SummaryWarning(Round(w.At.TotalSeconds), w.Code, w.Text))],
            Parts = Parts(result.Timeline),
            Echo = Echo(result.Echo),
        };
        return report.Companions.Aggregate(summary, (s, companion) => companion.AddTo(s));
    }

    /// <summary>The run so far; its `end` is "running".</summary>
    public static Summary Of(ReportContext context, DateTimeOffset startedAt, TimeSpan planned, IntervalSnapshot snapshot)
    {
        var seconds = Math.Max(0, snapshot.Elapsed.TotalSeconds);
        return Headline(new Summary(), snapshot.Total.Counts, snapshot.Total.Response, seconds) with
        {
            Name = context.Name,
            Target = context.Target,
            StartedAt = startedAt,
            PlannedDurationS = Round(planned.TotalSeconds),
            Steps = [.. snapshot.Series.Select(s => Step(s.Name, s.Counts, s.Response, seconds, null))],
            Errors = Errors(snapshot.Errors),
            Generator = Generator(snapshot.Health),
            Percentiles = Percentiles(context.Plan.Percentiles),
            Echo = Echo(snapshot.Echo),
        };
    }

    internal static SummaryLatency? Latency(LatencySummary s) =>
        s.Count == 0 ? null : new SummaryLatency(s.Count, Ms(s.P50), Ms(s.P90), Ms(s.P95), Ms(s.P99), Ms(s.P999), Ms(s.Max));

    /// <summary>Groups of consecutive rows; a part's percentile is the median of its rows' percentiles.</summary>
    internal static IReadOnlyList<SummaryPart> Parts(IReadOnlyList<TimelineRow> timeline)
    {
        var rows = timeline.Where(r => !r.Warmup && r.Length > TimeSpan.Zero).ToArray();
        var count = Math.Min(MostParts, rows.Length);
        return [.. Enumerable.Range(0, count).Select(i => Part(rows[(i * rows.Length / count)..((i + 1) * rows.Length / count)]))];
    }

    internal static string EndText(RunEnd end) => end switch
    {
        RunEnd.Finished => "finished",
        RunEnd.Interrupted => "interrupted",
        RunEnd.Aborted => "aborted",
        RunEnd.MemoryLimit => "memory_limit",
        RunEnd.WorkersLost => "workers_lost",
        RunEnd.StartMissed => "start_missed",
        _ => "engine_failed",
    };

    private static SummaryPart Part(TimelineRow[] rows)
    {
        var counts = rows.Aggregate(default(RunCounts), (sum, row) => sum + row.Counts);
        var seconds = rows.Sum(r => r.Length.TotalSeconds);
        var measured = rows.Where(r => r.Response.Count > 0).Select(r => r.Response).ToArray();
        double? Middle(Func<LatencySummary, long> of) => measured.Length == 0 ? null : Ms(Comparison.Comparer.Median([.. measured.Select(s => (double)of(s))]));
        return new SummaryPart(Round(rows[0].Start.TotalSeconds), ErrorRate(counts) is { } errors ? 1 - errors : null, Rate(counts.Completed, seconds), Middle(s => s.P50), Middle(s => s.P95), Middle(s => s.P99));
    }

    private static Summary Headline(Summary summary, RunCounts counts, LatencySummary response, double seconds)
    {
        var latency = Latency(response);
        var errors = ErrorRate(counts);
        return summary with
        {
            DurationS = Round(seconds),
            SuccessRate = 1 - errors,
            ErrorRate = errors,
            SentRatio = counts.Offered == 0 ? null : counts.SentRatio,
            OfferedRps = Rate(counts.Offered, seconds),
            CompletedRps = Rate(counts.Completed, seconds),
            P50Latency = latency?.P50,
            P90Latency = latency?.P90,
            P95Latency = latency?.P95,
            P99Latency = latency?.P99,
            P999Latency = latency?.P999,
            MaxLatency = latency?.Max,
            Counts = Counts(counts),
        };
    }

    private static SummaryStep Step(string name, RunCounts counts, LatencySummary response, double seconds, IReadOnlyList<long>? statusClasses) =>
        new(name, Counts(counts), Rate(counts.Completed, seconds), ErrorRate(counts), Latency(response), statusClasses);

    private static IReadOnlyList<SummaryError> Errors(IReadOnlyList<ErrorRow> errors) =>
        [.. errors.Select(e => new SummaryError(e.Text, e.Step, e.Kind.ToString(), e.Count, Round(e.First.TotalSeconds), Round(e.Last.TotalSeconds)))];

    private static SummaryGenerator Generator(GeneratorHealth health) =>
        new(health.Engine, Math.Round(health.Cpu, 3), health.ResidentBytesAtStart, health.ResidentBytesPeak, Latency(health.Lag.Summary()));

    private static SummaryPercentiles Percentiles(PercentileTracking tracking) => new(
        tracking.Mode.ToString().ToLowerInvariant(),
        tracking.Mode == PercentileMode.Windowed ? tracking.Window.TotalSeconds : null,
        tracking.Mode == PercentileMode.Sampled ? tracking.Rate : null);

    private static SummaryEcho? Echo(EchoCounts? echo) => echo is { } e
        ? new SummaryEcho(e.Sent, e.Received, e.Lost, e.Duplicated, e.Reordered, e.Corrupted, e.AfterTimeout)
        : null;

    internal static SummaryCounts Counts(RunCounts c) => new()
    {
        Offered = c.Offered,
        Sent = c.Sent,
        Completed = c.Completed,
        Failed = c.Failed,
        Late = c.Late,
        Unsent = c.Unsent,
        Unfinished = c.Unfinished,
        ConnectFailed = c.ConnectFailed,
        BytesSent = c.BytesSent,
        BytesReceived = c.BytesReceived,
    };

    private static double? ErrorRate(RunCounts counts) => counts.Completed + counts.Failed == 0 ? null : counts.ErrorRate;

    private static double Rate(long count, double seconds) => seconds <= 0 ? 0 : Math.Round(count / seconds, 3);

    internal static double Round(double value) => Math.Round(value, 3);

    private static double Ms(double microseconds) => Math.Round(microseconds / 1000, 3);
}
