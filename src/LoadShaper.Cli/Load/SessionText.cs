using System.Text;
using System.Text.Json;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Thresholds;
using LoadShaper.LoadTest.Verdict;

namespace LoadShaper.Cli.Load;

/// <summary>The result of a session as text.</summary>
internal static class SessionText
{
    public static string Json(RunReport report) => JsonSerializer.Serialize(SummaryBuilder.Of(report), ReportJson.Default.Summary) + "\n";

    public static string Render(RunReport report, string? directory)
    {
        var result = report.Result;
        var text = new StringBuilder();
        text.Append($"{report.Context.Name}, {report.Context.Target}, {ReportText.Duration(result.Duration)}\n\n");
        text.Append(TextTable.Render(
            ["step", "completed", "failed", "errors", "per second", "p50", "p95", "p99", "max"],
            (result.Series.Count == 1 ? result.Series : result.Series.Append(result.Total with { Name = "all steps" })).Select(s => Row(s.Name, s.Counts, s.Response, result.Duration))));
        if (report.Phases.Count > 1)
            text.Append('\n').Append(TextTable.Render(
                ["phase", "completed", "failed", "errors", "per second", "p50", "p95", "p99", "max"],
                report.Phases.Select(p => Row(p.Name, p.Counts, p.Response, p.Duration))));
        if (report.Thresholds.Count > 0)
            text.Append('\n').Append(TextTable.Render(
                ["threshold", "measured", "result"],
                report.Thresholds.Select(t => (string[])[t.Threshold.Text, MetricText.Format(t.Threshold.Metric, t.Measured), t.Detail == "" ? Met(t) : $"{Met(t)}, {t.Detail}"])));
        foreach (var section in report.Companions.Select(c => c.Section))
        {
            text.Append($"\n{section.Title}\n").Append(string.Concat(section.Notes.Select(n => TextTable.Wrapped(n, "  "))));
            if (section.Rows.Count > 0)
                text.Append(TextTable.Render([.. section.Heads], section.Rows.Select(r => r.ToArray())));
        }
        if (report.Comparison is { } comparison)
            text.Append('\n').Append(ComparisonText.Render(comparison));
        if (result.Errors.Count > 0)
            text.Append('\n').Append(TextTable.Render(["error", "step", "count"], result.Errors.Take(10).Select(e => (string[])[e.Text, e.Step, ReportText.Count(e.Count)])));
        text.Append('\n');
        foreach (var note in ReportText.Notes(report))
            text.Append(TextTable.Wrapped(note, "  "));
        text.Append(RunVerdict.CountsLine(result.Total.Counts)).Append('\n');
        text.Append($"generator: lag p99 {ReportText.Latency(result.Health.Lag, 99)}, CPU {result.Health.Cpu:0.00} cores{ReportText.GeneratorScope(result).Cpu}, memory peak {ReportText.Bytes(result.Health.ResidentBytesPeak)}{ReportText.GeneratorScope(result).Memory}, {result.Health.Engine}\n");
        if (directory is not null)
            text.Append($"report: {Path.Combine(directory, "report.html")}\n");
        return text.Append('\n').Append(ReportText.Status(report)).Append('\n').ToString();
    }

    private static string Met(ThresholdOutcome outcome) => outcome.Passed ? "met" : "CROSSED";

    private static string[] Row(string name, RunCounts counts, LatencyHistogram response, TimeSpan duration) =>
    [
        name, ReportText.Count(counts.Completed), ReportText.Count(counts.Failed), ReportText.ErrorRate(counts), ReportText.Rate(counts.Completed, duration),
        .. ((double[])[50, 95, 99, 100]).Select(p => ReportText.Latency(response, p)),
    ];
}
