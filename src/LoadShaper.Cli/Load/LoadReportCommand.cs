using System.CommandLine;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Reports;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load report`: the result of an earlier run.</summary>
internal static class LoadReportCommand
{
    public static Command Create()
    {
        var directory = new Argument<string>("dir") { Description = "Directory of a run, or of runs.", HelpName = "DIR" };
        var markdown = new Option<bool>("--markdown") { Description = "The Markdown summary of one run." };
        var command = new Command("report", "Show the results of earlier runs.") { directory, markdown };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var path = parsed.GetValue(directory)!;
            try
            {
                var side = RunSamples.Read(path);
                if (parsed.GetValue(markdown))
                {
                    output.Write(File.ReadAllText(Path.Combine(path, "summary.md")));
                    return LoadExitCode.Ok;
                }
                output.Write(TextTable.Render(
                    ["run", "started (UTC)", "per second", "errors", "p50 ms", "p95 ms", "p99 ms", "result"],
                    side.Runs.Zip(side.Summaries, (run, summary) => (string[])
                    [
                        run.Name, summary.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss"), Number(summary.CompletedRps), summary.ErrorRate is { } errors ? Number(errors * 100) + " %" : "–",
                        Number(summary.P50Latency), Number(summary.P95Latency), Number(summary.P99Latency), Result(summary),
                    ])));
                foreach (var threshold in side.Summaries.Count == 1 ? side.Summaries[0].Thresholds.Where(t => !t.Passed) : [])
                    output.WriteLine($"crossed: {threshold.Text}{(threshold.Detail is null ? "" : $", {threshold.Detail}")}");
                if (File.Exists(Path.Combine(path, "report.html")))
                    output.WriteLine($"report: {Path.Combine(path, "report.html")}");
                return LoadExitCode.Ok;
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                error.WriteLine(e.Message);
                return LoadExitCode.Usage;
            }
        });
        return command;
    }

    private static string Result(Summary summary) => summary.End != "finished" ? summary.End
        : summary.Valid == false ? "INVALID"
        : summary.Thresholds.Any(t => !t.Passed) ? "crossed"
        : summary.Thresholds.Count > 0 ? "passed"
        : "completed";

    private static string Number(double? value) => value is { } number ? number.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) : "–";
}
