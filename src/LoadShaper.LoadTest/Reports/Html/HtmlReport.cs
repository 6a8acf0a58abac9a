using System.Text;
using System.Xml;
using System.Xml.Linq;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Reports.Html;

/// <summary>
/// report.html: one file without scripts or references to anything outside it. It is written as XML that is HTML too, so
/// every text is escaped.
/// </summary>
public static class HtmlReport
{
    private static readonly HashSet<string> Void = ["meta", "path", "br"];

    public static string Render(RunReport report)
    {
        var result = report.Result;
        var body = new XElement("body",
            new XElement("h1", ReportTables.Printable(report.Context.Name)),
            new XElement("p", new XAttribute("class", "soft"),
                ReportTables.Printable($"{report.Context.Target}, {result.StartedAt:yyyy-MM-dd HH:mm:ss} UTC, {ReportText.Duration(result.Duration)}{(result.Duration + TimeSpan.FromSeconds(1) < report.PlannedDuration ? $" of {ReportText.Duration(report.PlannedDuration)}" : "")}")),
            new XElement("p", new XAttribute("class", $"status {ReportText.Mood(report)}"), ReportTables.Printable(ReportText.Status(report))),
            Figures(result),
            Notes(report));
        if (report.Thresholds.Count > 0)
            Add(body, "Thresholds", ReportTables.Thresholds(report.Thresholds));
        if (report.Comparison is { } comparison)
            Add(body, "Comparison with the baseline",
                new XElement("p", new XAttribute("class", "soft"), ComparisonNote(comparison)), ReportTables.Comparison(comparison));
        var charts = ReportCharts.Render(report).ToArray();
        if (charts.Length > 0)
            Add(body, "Over time", charts);
        if (report.Phases.Count > 1)
            Add(body, "Phases", ReportTables.Phases(report.Phases));
        foreach (var section in report.Companions.Select(c => c.Section))
            Add(body, section.Title, ReportTables.Section(section));
        Add(body, "Steps", ReportTables.Steps(result));
        if (result.Errors.Count > 0)
            Add(body, "Errors", ReportTables.Errors(result.Errors));
        Add(body, "Load generator", ReportTables.Generator(result));
        Add(body, ReportText.MachineHeading(report.Result), ReportTables.Machine(report.Context.Machine));
        Add(body, "Load", ReportTables.Load(report.Context));
        Add(body, "Scenario", new XElement("pre", ReportTables.Printable(report.Context.ResolvedYaml)));
        body.Add(new XElement("p", new XAttribute("class", "soft"),
            "Response times are of completed requests, from the time at which a request was due to the last byte of its response. A request that waited for a connection or for a slow target counts its wait. Failed requests are in the error rate, not in the response times."));

        var html = new XElement("html", new XAttribute("lang", "en"),
            new XElement("head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", ReportTables.Printable($"{report.Context.Name}: load test report")),
                new XElement("style", Style.Sheet)),
            body);
        // HTML has no self-closing tags outside SVG.
        foreach (var element in html.DescendantsAndSelf().Where(e => e.IsEmpty && !Void.Contains(e.Name.LocalName)))
            element.Value = "";
        return Write(html);
    }

    private static string Write(XElement html)
    {
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.None }))
            html.WriteTo(writer);
        return "<!DOCTYPE html>\n" + text.Append('\n');
    }

    private static void Add(XElement body, string title, params object[] content) =>
        body.Add(new XElement("section", new XElement("h2", title), content));

    private static XElement Figures(RunResult result)
    {
        static XElement Figure(string value, string label) => new("div", new XElement("b", value), new XElement("span", label));
        var counts = result.Total.Counts;
        return new XElement("div", new XAttribute("class", "figures"),
            Figure(ReportText.Rate(counts.Completed, result.Duration), "completed a second"),
            Figure(ReportText.Latency(result.Total.Response, 50), "p50"),
            Figure(ReportText.Latency(result.Total.Response, 95), "p95"),
            Figure(ReportText.Latency(result.Total.Response, 99), "p99"),
            Figure(ReportText.Latency(result.Total.Response, 100), "max"),
            Figure(ReportText.ErrorRate(counts), $"errors ({ReportText.Count(counts.Failed)})"),
            Figure(counts.Offered == 0 ? "–" : MetricText.Share(counts.SentRatio), "of offered sent"));
    }

    private static XElement? Notes(RunReport report)
    {
        var notes = ReportText.Notes(report).Select(n => new XElement("li", ReportTables.Printable(n))).ToArray();
        return notes.Length == 0 ? null : new XElement("ul", new XAttribute("class", report.Verdict.Valid ? "notes" : "notes bad"), notes);
    }

    private static string ComparisonNote(Comparison.ComparisonResult comparison) =>
        $"{comparison.RunsBefore} {(comparison.RunsBefore == 1 ? "run" : "runs")} in the baseline, {comparison.RunsAfter} here."
        + (comparison.WithinRun ? " With fewer than 3 runs on a side, parts of the runs are used as runs: variation from run to run is not in the interval." : "")
        + string.Concat(comparison.Notes.Select(n => " " + n));
}
