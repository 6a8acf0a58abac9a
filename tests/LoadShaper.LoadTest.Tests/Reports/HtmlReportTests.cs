using System.Xml.Linq;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Reports.Html;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Verdict;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Reports;

public sealed class HtmlReportTests
{
    [Fact]
    public void TheReportIsWellFormedAndComplete()
    {
        var html = Parse(HtmlReport.Render(SampleReport.Create()));

        Assert.Equal(
            ["Thresholds", "Comparison with the baseline", "Over time", "Phases", "Steps", "Errors", "Load generator", "Machine", "Load", "Scenario"],
            html.Descendants("h2").Select(h => h.Value));
        Assert.Equal(["Requests a second", "Response time", "Response time by percentile"], html.Descendants("figure").Select(f => f.Descendants("h3").Single().Value));
        Assert.Equal("FAILED: 1 of 3 thresholds crossed", html.Descendants("p").Single(p => ((string?)p.Attribute("class"))?.StartsWith("status") == true).Value);
        Assert.Contains("CROSSED", html.Descendants("td").Select(d => d.Value));
        Assert.Contains("The warm-up is in no figure: 500 requests sent, 0 failed.", html.Descendants("li").Select(l => l.Value));
        Assert.Contains("ramp: 200/s..2000/s", html.Descendants("pre").Single().Value);
    }

    [Fact]
    public void NothingIsLoadedFromOutsideTheFile()
    {
        var text = HtmlReport.Render(SampleReport.Create());
        var html = Parse(text);

        Assert.DoesNotContain(html.Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe" or "object");
        Assert.DoesNotContain(html.Descendants().Attributes(), a => a.Name.LocalName is "src" or "href" or "onload");
        Assert.DoesNotContain("url(", text);
        Assert.DoesNotContain("@import", text);
    }

    [Fact]
    public void TextsFromServersAreEscaped()
    {
        var text = HtmlReport.Render(SampleReport.Create(stepName: "</pre><script>"));

        Assert.DoesNotContain("<script", text);
        Assert.Contains("status 503 &lt;script&gt;", text);
        Assert.DoesNotContain('\0', text);
    }

    [Fact]
    public void TheStyleSheetSurvivesTheXmlWriter()
    {
        var text = HtmlReport.Render(SampleReport.Create());
        var style = text[(text.IndexOf("<style>", StringComparison.Ordinal) + 7)..text.IndexOf("</style>", StringComparison.Ordinal)];

        Assert.DoesNotContain('&', style);
        Assert.DoesNotContain('<', style);
    }

    [Fact]
    public void OnlySvgAndVoidElementsCloseThemselves()
    {
        var text = HtmlReport.Render(SampleReport.Create());

        Assert.All(System.Text.RegularExpressions.Regex.Matches(text, @"<([a-z0-9]+)[^<>]*/>"), m => Assert.Contains(m.Groups[1].Value, (string[])["meta", "path"]));
    }

    /// <summary>The longest run and the most rows that the engine keeps.</summary>
    [Fact]
    public void TheLargestReportStaysBelowOneMegabyte() =>
        Assert.InRange(HtmlReport.Render(SampleReport.Create(seconds: 3_600 + 3_240 + 1_440, steps: 101, errors: 51)).Length, 20_000, 1_000_000);

    [Fact]
    public void AnEmptyRunHasAReport()
    {
        var report = SampleReport.Create();
        var empty = report with
        {
            Result = Samples.Result(Samples.Series("total", default, new LatencyHistogram()), TimeSpan.Zero) with { End = RunEnd.EngineFailed, StopReason = "no address" },
            Verdict = new RunVerdict(false, [new VerdictReason("engine", "The engine failed: no address.")]),
            Comparison = null,
            Phases = [],
        };

        var html = Parse(HtmlReport.Render(empty));

        Assert.Empty(html.Descendants("figure"));
        Assert.Contains("FAILED: no address", html.Descendants("p").Select(p => p.Value));
    }

    [Fact]
    public void TheMarkdownSummaryHasEveryTable()
    {
        var text = MarkdownSummary.Render(SampleReport.Create());

        Assert.StartsWith("# Shop checkout\n\n**FAILED: 1 of 3 thresholds crossed**\n", text);
        Assert.Equal(["Key metrics", "Thresholds", "Phases", "Comparison with the baseline", "Errors", "Notes"], text.Split('\n').Where(l => l.StartsWith("## ")).Select(l => l[3..]));
        Assert.DoesNotContain("<script", text);
        Assert.Contains("| `error_rate<1%` | 0.794 % | met |\n", text);
        Assert.Contains("| p95_latency | 8.10 ms | 10.2 ms | +26.0 % | +20.0 % to +31.0 % | WORSE |\n", text);
    }

    private static XElement Parse(string html) => XElement.Parse(html["<!DOCTYPE html>\n".Length..]);
}
