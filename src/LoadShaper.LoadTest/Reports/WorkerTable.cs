using System.Globalization;
using LoadShaper.LoadTest.Companions;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Reports;

/// <summary>The workers of a distributed run, as a table of the report and in summary.json.</summary>
public static class WorkerTable
{
    /// <summary>Null for a run of one process.</summary>
    public static CompanionResult? Of(RunResult result) => result.Workers.Count == 0
        ? null
        : new CompanionResult(Section(result.Workers), summary => summary with { Workers = [.. result.Workers.Select(Worker)] });

    private static ReportSection Section(IReadOnlyList<WorkerResult> workers) => new(
        "Workers",
        ["Percentiles of the run come from the values of all workers; those of a worker are its own. The start skew is how late a worker began on its own clock. The start takes the clock offset into account."],
        ["worker", "address", "sent", "completed", "failed", "unsent", "p50", "p99", "lag p99", "CPU", "start skew", "clock offset", "end"],
        [.. workers.Select(worker => Row(worker, worker.Figures))]);

    private static IReadOnlyList<string> Row(WorkerResult worker, WorkerFigures figures) =>
    [
        figures.Name, figures.Address, ReportText.Count(figures.Counts.Sent), ReportText.Count(figures.Counts.Completed), ReportText.Count(figures.Counts.Failed), ReportText.Count(figures.Counts.Unsent),
        Latency(figures.P50, worker.Result.Total.Response), Latency(figures.P99, worker.Result.Total.Response), Latency(figures.LagP99, worker.Result.Health.Lag),
        figures.Cpu.ToString("0.00", CultureInfo.InvariantCulture), figures.StartSkew is { } skew ? Milliseconds(skew) : "–", Milliseconds(figures.ClockOffset),
        worker.LostAfter is { } after ? $"lost after {ReportText.Duration(after)}" : SummaryBuilder.EndText(worker.Result.End).Replace('_', ' '),
    ];

    private static SummaryWorker Worker(WorkerResult worker) => new(
        worker.Name, worker.Address, SummaryBuilder.Counts(worker.Result.Total.Counts), SummaryBuilder.Latency(worker.Result.Total.Response.Summary()), SummaryBuilder.Latency(worker.Result.Health.Lag.Summary()),
        SummaryBuilder.Round(worker.Result.Health.Cpu), worker.Result.Health.ResidentBytesPeak, worker.Result.StartSkew?.TotalMilliseconds, worker.ClockOffset.TotalMilliseconds,
        worker.MissedReports, worker.LostReason, worker.LostAfter is { } after ? SummaryBuilder.Round(after.TotalSeconds) : null)
    {
        For = worker.For,
        End = worker.LostReason is null ? SummaryBuilder.EndText(worker.Result.End) : "lost",
    };

    private static string Latency(long microseconds, LatencyHistogram of) => of.Count == 0 ? "–" : MetricText.Latency(microseconds);

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture) + " ms";
}
