using LoadShaper.LoadTest.Live;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Thresholds;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LoadShaper.Cli.Load;

/// <summary>Draws the live view.</summary>
internal static class LiveRenderer
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    public static IRenderable Render(LiveView view)
    {
        var rows = new List<IRenderable>
        {
            new Markup($"[bold]{Markup.Escape(view.Name)}[/]  {Markup.Escape(view.Target)}"),
            new Text($"{ReportText.Duration(Positive(view.Elapsed))} of {ReportText.Duration(view.Planned)}  {(view.Warmup ? "warm-up" : view.Phase)}  {(double.IsNaN(view.PlannedRate) ? $"{view.Users} users" : $"{view.PlannedRate:0.##}/s planned")}  {view.InFlight} in flight"),
            new Text(""),
            Grid(
                ("offered/s", $"{view.OfferedRps:0}"), ("completed/s", $"{view.CompletedRps:0}"), ("failed/s", $"{view.FailedRps:0}"), ("errors", ReportText.ErrorRate(view.Counts)),
                ("p50", Latency(view.Interval.P50)), ("p95", Latency(view.Interval.P95)), ("p99", Latency(view.Interval.P99)), ("max", Latency(view.Interval.Max))),
            new Text($"completed/s  {Spark(view.Rates)}"),
            new Text($"p95          {Spark(view.P95)}"),
        };
        if (view.Steps.Count > 1)
            rows.Add(Steps(view));
        foreach (var error in view.Errors)
            rows.Add(new Markup($"[red]{ReportText.Count(error.Count)} × {Markup.Escape(error.Text)}[/] ({Markup.Escape(error.Step)})"));
        foreach (var warning in view.Warnings)
            rows.Add(new Markup($"[yellow]{Markup.Escape($"{ReportText.Duration(warning.At)}: {warning.Text}")}[/]"));
        rows.Add(new Markup($"[grey]generator: CPU {view.Cpu:0.00} cores, memory {ReportText.Bytes(view.ResidentBytes)}. Ctrl-C ends the run and writes the results.[/]"));
        return new Rows(rows);
    }

    private static Grid Grid(params (string Head, string Value)[] cells)
    {
        var grid = new Grid();
        foreach (var _ in cells)
            grid.AddColumn(new GridColumn().RightAligned().NoWrap());
        grid.AddRow([.. cells.Select(c => new Markup($"[grey]{Markup.Escape(c.Head)}[/]"))]);
        grid.AddRow([.. cells.Select(c => new Markup($"[bold]{Markup.Escape(c.Value)}[/]"))]);
        return grid;
    }

    private static Table Steps(LiveView view)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var head in (string[])["step", "completed", "errors", "p50", "p95", "p99"])
            table.AddColumn(new TableColumn(new Markup($"[grey]{head}[/]")) { Alignment = head == "step" ? Justify.Left : Justify.Right });
        foreach (var step in view.Steps)
            table.AddRow(new Text(step.Name), new Text(ReportText.Count(step.Counts.Completed)), new Text(ReportText.ErrorRate(step.Counts)),
                new Text(Latency(step.Response.P50)), new Text(Latency(step.Response.P95)), new Text(Latency(step.Response.P99)));
        return table;
    }

    private static string Spark(IReadOnlyList<double> values)
    {
        var largest = values.Count == 0 ? 0 : values.Max();
        return string.Concat(values.Select(v => largest <= 0 ? Bars[0] : Bars[(int)Math.Min(Bars.Length - 1, v / largest * Bars.Length)]));
    }

    private static TimeSpan Positive(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;

    private static string Latency(long microseconds) => microseconds == 0 ? "–" : MetricText.Latency(microseconds);
}
