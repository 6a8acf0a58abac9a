using System.Text;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Reports;

/// <summary>summary.md: the result for a pull request, a ticket or a chat.</summary>
public static class MarkdownSummary
{
    public static string Render(RunReport report)
    {
        var result = report.Result;
        var counts = result.Total.Counts;
        var text = new StringBuilder();
        text.Append($"# {Cell(report.Context.Name)}\n\n**{Cell(ReportText.Status(report))}**\n\n");
        text.Append("| | |\n| --- | --- |\n");
        foreach (var (name, value) in ((string, string)[])
        [
            ("Target", report.Context.Target),
            ("Started", $"{result.StartedAt:yyyy-MM-dd HH:mm:ss} UTC"),
            ("Duration", $"{ReportText.Duration(result.Duration)} of {ReportText.Duration(report.PlannedDuration)}"),
            ("Load", string.Join("; ", report.Context.Plan.Phases.Select(ReportText.Phase))),
            (ReportText.MachineHeading(result), $"{report.Context.Machine.Cpus} × {report.Context.Machine.CpuModel}, {report.Context.Machine.OperatingSystem}"),
            ("Requests", $"offered {ReportText.Count(counts.Offered)}, sent {ReportText.Count(counts.Sent)}, completed {ReportText.Count(counts.Completed)}, failed {ReportText.Count(counts.Failed)}, late {ReportText.Count(counts.Late)}, unsent {ReportText.Count(counts.Unsent)}"),
        ])
            text.Append($"| {name} | {Cell(value)} |\n");

        text.Append("\n## Key metrics\n\n| step | completed/s | error rate | p50 | p95 | p99 | max |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var series in result.Series.Count > 1 ? result.Series.Append(result.Total with { Name = "all steps" }) : result.Series)
            text.Append($"| {Cell(series.Name)} | {ReportText.Rate(series.Counts.Completed, result.Duration)} | {ReportText.ErrorRate(series.Counts)} | {string.Join(" | ", ((double[])[50, 95, 99, 100]).Select(p => ReportText.Latency(series.Response, p)))} |\n");

        if (report.Thresholds.Count > 0)
        {
            text.Append("\n## Thresholds\n\n| threshold | measured | result |\n| --- | ---: | --- |\n");
            foreach (var t in report.Thresholds)
                text.Append($"| `{Code(t.Threshold.Text)}` | {MetricText.Format(t.Threshold.Metric, t.Measured)} | {(t.Passed ? "met" : "**crossed**")}{(t.Detail == "" ? "" : ", " + Cell(t.Detail))} |\n");
        }
        if (report.Phases.Count > 1)
        {
            text.Append("\n## Phases\n\n| phase | completed/s | error rate | p50 | p95 | p99 |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
            foreach (var phase in report.Phases)
                text.Append($"| {Cell(phase.Name)} | {ReportText.Rate(phase.Counts.Completed, phase.Duration)} | {ReportText.ErrorRate(phase.Counts)} | {string.Join(" | ", ((double[])[50, 95, 99]).Select(p => ReportText.Latency(phase.Response, p)))} |\n");
        }
        foreach (var section in report.Companions.Select(c => c.Section))
        {
            text.Append($"\n## {Cell(section.Title)}\n\n").Append(string.Concat(section.Notes.Select(n => $"{Cell(n)}\n\n")));
            if (section.Rows.Count > 0)
                text.Append($"| {string.Join(" | ", section.Heads.Select(Cell))} |\n|{string.Concat(Enumerable.Repeat(" --- |", section.Heads.Count))}\n")
                    .Append(string.Concat(section.Rows.Select(r => $"| {string.Join(" | ", r.Select(Cell))} |\n")));
        }
        if (report.Comparison is { } comparison)
            text.Append("\n## Comparison with the baseline\n\n").Append(Comparison(comparison));
        if (result.Errors.Count > 0)
        {
            text.Append("\n## Errors\n\n| error | step | count |\n| --- | --- | ---: |\n");
            foreach (var error in result.Errors.Take(10))
                text.Append($"| {Cell(error.Text)} | {Cell(error.Step)} | {ReportText.Count(error.Count)} |\n");
            if (result.Errors.Count > 10)
                text.Append($"\n{result.Errors.Count - 10} more in failures.csv.\n");
        }
        var notes = ReportText.Notes(report).ToArray();
        if (notes.Length > 0)
            text.Append("\n## Notes\n\n").Append(string.Concat(notes.Select(n => $"- {Cell(n)}\n")));
        return text.ToString();
    }

    public static string Comparison(Comparison.ComparisonResult comparison)
    {
        var text = new StringBuilder("| metric | baseline | new | change | 95 % interval | verdict |\n| --- | ---: | ---: | ---: | --- | --- |\n");
        foreach (var m in comparison.Metrics)
            text.Append($"| {m.Rule.Name} | {ReportText.Value(m.Rule, m.Before)} | {ReportText.Value(m.Rule, m.After)} | {ReportText.Change(m.Rule, m.Change)} | {(double.IsFinite(m.Low) ? $"{ReportText.Change(m.Rule, m.Low)} to {ReportText.Change(m.Rule, m.High)}" : "–")} | {ReportText.Verdict(m.Verdict)} |\n");
        return text.ToString();
    }

    /// <summary>Nothing is escaped within backticks but what ends them or the cell.</summary>
    private static string Code(string text) => text.Replace("|", "\\|").Replace('`', '\'');

    /// <summary>A text that cannot end a table cell or start markup.</summary>
    private static string Cell(string text) =>
        text.Replace("\\", "\\\\").Replace("|", "\\|").Replace("<", "&lt;").Replace("\r", "").Replace('\n', ' ');
}
