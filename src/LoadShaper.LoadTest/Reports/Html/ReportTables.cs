using System.Xml.Linq;
using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Reports.Html;

/// <summary>The tables of a report.</summary>
internal static class ReportTables
{
    private static readonly string[] SeriesHeads = ["completed", "failed", "error rate", "per second", "p50", "p90", "p95", "p99", "p99.9", "max"];

    public static XElement Thresholds(IReadOnlyList<ThresholdOutcome> thresholds) => Table(["threshold", "measured", "result", "detail"], [0, 3],
        thresholds.Select(t => Row([t.Threshold.Text, MetricText.Format(t.Threshold.Metric, t.Measured), t.Passed ? "met" : "CROSSED", t.Detail], [0, 3], 2, t.Passed ? "good" : "bad")));

    public static XElement Steps(RunResult result) => Table(["step", .. SeriesHeads], [0],
        result.Series.Select(s => Row([s.Name, .. Cells(s.Counts, s.Response, result.Duration)], [0]))
            .Append(WithClass(Row(["all steps", .. Cells(result.Total.Counts, result.Total.Response, result.Duration)], [0]), "sum")));

    public static XElement Phases(IReadOnlyList<PhaseFigures> phases) => Table(["phase", "from", .. SeriesHeads], [0],
        phases.Select(p => Row([p.Name, ReportText.Duration(p.Start), .. Cells(p.Counts, p.Response, p.Duration)], [0])));

    public static XElement Errors(IReadOnlyList<ErrorRow> errors) => Table(["error", "step", "count", "first", "last"], [0, 1],
        errors.Select(e => Row([e.Text, e.Step, ReportText.Count(e.Count), ReportText.Duration(e.First), ReportText.Duration(e.Last)], [0, 1])));

    public static XElement Comparison(ComparisonResult comparison) => Table(["metric", "baseline", "this run", "change", "95 % interval", "p", "verdict"], [0],
        comparison.Metrics.Select(m => Row(
        [
            m.Rule.Name, ReportText.Value(m.Rule, m.Before), ReportText.Value(m.Rule, m.After), ReportText.Change(m.Rule, m.Change),
            double.IsFinite(m.Low) ? $"{ReportText.Change(m.Rule, m.Low)} to {ReportText.Change(m.Rule, m.High)}" : "–",
            double.IsFinite(m.P) ? m.P.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture) : "–", ReportText.Verdict(m.Verdict),
        ], [0], 6, m.Verdict switch { ChangeVerdict.Worse => "bad", ChangeVerdict.Better => "good", ChangeVerdict.Inconclusive => "warn", _ => "soft" })));

    public static XElement Generator(RunResult result)
    {
        var health = result.Health;
        return Pairs(
        [
            ("engine", health.Engine),
            ("send lag p50 / p99 / max", $"{ReportText.Latency(health.Lag, 50)} / {ReportText.Latency(health.Lag, 99)} / {ReportText.Latency(health.Lag, 100)}"),
            ($"CPU{ReportText.GeneratorScope(result).Cpu}", $"{health.Cpu:0.00} cores"),
            .. health.Threads.Select(t => ($"thread {t.Name}", $"{MetricText.Share(Math.Round(t.Cpu, 3))} of a core{(double.IsNaN(t.RunQueueDelay) ? "" : $", {MetricText.Share(Math.Round(t.RunQueueDelay, 4))} of the time waiting for one")}")),
            ($"memory at start / peak / end{ReportText.GeneratorScope(result).Memory}", $"{ReportText.Bytes(health.ResidentBytesAtStart)} / {ReportText.Bytes(health.ResidentBytesPeak)} / {ReportText.Bytes(health.ResidentBytes)}"),
            ("garbage collections", $"{ReportText.Count(health.GarbageCollections)}, {health.GarbageCollectionPause.TotalMilliseconds:0.#} ms in all"),
            ("offered / sent / late / unsent", $"{ReportText.Count(result.Total.Counts.Offered)} / {ReportText.Count(result.Total.Counts.Sent)} / {ReportText.Count(result.Total.Counts.Late)} / {ReportText.Count(result.Total.Counts.Unsent)}"),
            ("bytes sent / received", $"{ReportText.Bytes(result.Total.Counts.BytesSent)} / {ReportText.Bytes(result.Total.Counts.BytesReceived)}"),
            .. result.Echo is { } echo
                ? [("messages lost / duplicated / reordered / corrupted", $"{ReportText.Count(echo.Lost)} / {ReportText.Count(echo.Duplicated)} / {ReportText.Count(echo.Reordered)} / {ReportText.Count(echo.Corrupted)} of {ReportText.Count(echo.Sent)}")]
                : Array.Empty<(string, string)>(),
        ]);
    }

    public static XElement Machine(MachineInfo machine) => Pairs(
    [
        ("host", machine.Host),
        ("CPU", $"{machine.Cpus} × {(machine.CpuModel == "" ? machine.Architecture : machine.CpuModel)}"),
        ("memory", machine.MemoryBytes > 0 ? ReportText.Bytes(machine.MemoryBytes) : "unknown"),
        ("system", $"{machine.OperatingSystem}, kernel {machine.Kernel}, {machine.Architecture}"),
        ("program", $"loadshaper {machine.Version}, {machine.Runtime}"),
    ]);

    public static XElement Load(ReportContext context) => Pairs(
    [
        .. context.Plan.Phases.Select((p, i) => (p.Name ?? $"phase {i + 1}", ReportText.Phase(p))),
        ("connections", ReportText.Count(context.Plan.Connections)),
        ("time-out", Units.Format(context.Plan.Timeouts.Total)),
        ("warm-up", Units.Format(context.Plan.Warmup)),
        ("seed", context.Plan.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    ]);

    public static object[] Section(ReportSection section) =>
    [
        .. section.Notes.Select(n => new XElement("p", new XAttribute("class", "soft"), Printable(n))),
        .. section.Rows.Count == 0 ? [] : (XElement[])[Table([.. section.Heads], [0], section.Rows.Select(r => Row([.. r], [0])))],
    ];

    private static string[] Cells(RunCounts counts, LatencyHistogram response, TimeSpan duration) =>
    [
        ReportText.Count(counts.Completed), ReportText.Count(counts.Failed), ReportText.ErrorRate(counts), ReportText.Rate(counts.Completed, duration),
        .. ((double[])[50, 90, 95, 99, 99.9, 100]).Select(p => ReportText.Latency(response, p)),
    ];

    private static XElement Table(string[] heads, int[] texts, IEnumerable<XElement> rows) => new("div", new XAttribute("class", "wide"),
        new XElement("table",
            new XElement("thead", new XElement("tr", heads.Select((h, i) => new XElement("th", texts.Contains(i) ? new XAttribute("class", "t") : null, new XAttribute("scope", "col"), h)))),
            new XElement("tbody", rows)));

    private static XElement Row(string[] cells, int[] texts, int marked = -1, string mark = "") => new("tr",
        cells.Select((c, i) => new XElement("td", i == marked ? new XAttribute("class", mark) : texts.Contains(i) ? new XAttribute("class", "t") : null, Printable(c))));

    private static XElement Pairs(IReadOnlyList<(string Name, string Value)> pairs) => new("table", new XAttribute("class", "pairs"),
        new XElement("tbody", pairs.Select(p => new XElement("tr", new XElement("th", new XAttribute("scope", "row"), Printable(p.Name)), new XElement("td", Printable(p.Value))))));

    private static XElement WithClass(XElement row, string name)
    {
        row.SetAttributeValue("class", name);
        return row;
    }

    /// <summary>Error texts quote servers, and XML has no control characters.</summary>
    internal static string Printable(string text) => text.All(System.Xml.XmlConvert.IsXmlChar)
        ? text
        : string.Concat(text.Select((c, i) => System.Xml.XmlConvert.IsXmlChar(c)
            || char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
            || char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(text[i - 1]) ? c : '\uFFFD'));
}
