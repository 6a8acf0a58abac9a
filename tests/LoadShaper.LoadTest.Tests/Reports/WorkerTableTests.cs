using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Reports.Html;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Verdict;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Reports;

public class WorkerTableTests
{
    private static RunReport Report()
    {
        var report = SampleReport.Create();
        var part = report.Result with { Workers = [], StartSkew = TimeSpan.FromMicroseconds(412) };
        var result = report.Result with
        {
            End = RunEnd.WorkersLost,
            StopReason = "1 of 2 workers lost: b after 61 s (killed)",
            Workers =
            [
                new WorkerResult { Name = "a", Address = "10.0.0.1:4000", Result = part, ClockOffset = TimeSpan.FromMilliseconds(-3.25) },
                new WorkerResult { Name = "b", Address = "10.0.0.2:4000", Result = part with { End = RunEnd.WorkersLost, StartSkew = null, Total = Samples.Series("all", default, new LatencyHistogram()) }, LostReason = "killed", LostAfter = TimeSpan.FromSeconds(61) },
                new WorkerResult { Name = "a", Address = "10.0.0.1:4000", For = "b", Result = part },
            ],
        };
        result = result with { Warnings = [new RunWarning(TimeSpan.FromSeconds(64), "worker.lost", "Worker b was lost")] };
        return report with { Result = result, ExitCode = 5, Verdict = new RunVerdict(false, [new VerdictReason("workers", result.StopReason!)]), Companions = [WorkerTable.Of(result)!] };
    }

    [Fact]
    public void A_run_of_one_process_has_no_table() => Assert.Null(WorkerTable.Of(SampleReport.Create().Result));

    [Fact]
    public void Each_worker_is_a_row_with_its_own_figures()
    {
        var section = WorkerTable.Of(Report().Result)!.Section;
        Assert.Equal(["a", "10.0.0.1:4000", "30,240", "30,000", "240", "12", "4.00 ms", "16.4 ms", "90.0 µs", "0.62", "0.412 ms", "-3.25 ms", "finished"], section.Rows[0]);
        Assert.Equal(["b", "10.0.0.2:4000", "0", "0", "0", "0", "–", "–", "90.0 µs", "0.62", "–", "0 ms", "lost after 1m1s"], section.Rows[1]);
        Assert.Equal("a (for b)", section.Rows[2][0]);
        Assert.Equal(section.Heads.Count, section.Rows[0].Count);
    }

    [Fact]
    public void Every_report_has_the_table_and_the_reason()
    {
        var report = Report();
        Assert.Equal("WORKERS LOST: 1 of 2 workers lost: b after 61 s (killed)", ReportText.Status(report));
        Assert.Equal("bad", ReportText.Mood(report));
        // The status line has the loss: the notes do not repeat it.
        Assert.DoesNotContain(ReportText.Notes(report), note => note.Contains("1 of 2", StringComparison.Ordinal) || note.Contains("was lost", StringComparison.Ordinal));
        var html = HtmlReport.Render(report);
        Assert.Contains("<h2>Workers</h2>", html);
        Assert.Contains("lost after 1m1s", html);
        Assert.Contains("\n## Workers\n", MarkdownSummary.Render(report));
        Assert.Contains("| Machine of the coordinator |", MarkdownSummary.Render(report));
        Assert.Contains("<h2>Machine of the coordinator</h2>", html);
        Assert.Contains("CPU (all workers)", html);
        Assert.Contains("memory at start / peak / end (largest worker)", html);
        var summary = ReportJson.ReadSummary(System.Text.Json.JsonSerializer.Serialize(SummaryBuilder.Of(report), ReportJson.Default.Summary));
        Assert.Equal(("workers_lost", 5), (summary.End, summary.ExitCode));
        Assert.Equal([("a", 0.412, -3.25, null), ("b", null, 0.0, "killed"), ("a", 0.412, 0.0, null)], summary.Workers!.Select(w => (w.Name, w.StartSkewMs, w.ClockOffsetMs, w.Lost)));
        Assert.Equal(["finished", "lost", "finished"], summary.Workers!.Select(w => w.End));
        Assert.Equal([null, null, "b"], summary.Workers!.Select(w => w.For));
        Assert.Equal(61, summary.Workers![1].LostAfterS);
    }
}
