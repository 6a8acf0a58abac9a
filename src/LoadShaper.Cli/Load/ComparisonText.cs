using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Reports;

namespace LoadShaper.Cli.Load;

/// <summary>A comparison as a table.</summary>
internal static class ComparisonText
{
    public static string Render(ComparisonResult comparison) => TextTable.Render(
        ["metric", "base", "new", "change", "95 % interval", "p", "verdict"],
        comparison.Metrics.Select(m => (string[])
        [
            m.Rule.Name, ReportText.Value(m.Rule, m.Before), ReportText.Value(m.Rule, m.After), ReportText.Change(m.Rule, m.Change),
            double.IsFinite(m.Low) ? $"{ReportText.Change(m.Rule, m.Low)} to {ReportText.Change(m.Rule, m.High)}" : "–",
            double.IsFinite(m.P) ? m.P.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture) : "–",
            ReportText.Verdict(m.Verdict),
        ]));
}
