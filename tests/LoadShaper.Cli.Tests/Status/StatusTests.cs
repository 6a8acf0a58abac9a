using System.IO.Compression;
using System.Text.Json;
using LoadShaper.Cli.Status;
using LoadShaper.Daemon.Tests.Configuration;
using Xunit;

namespace LoadShaper.Cli.Tests.Status;

/// <summary>The screen of `status`, from a daemon's answers, from a data directory, and without either.</summary>
public sealed class StatusTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private const string Metrics =
        """{"current":{"cpu_percent":25.1,"cpu_own":22.8},"p95_controller":{"target_intensity":25}}""";

    [Fact]
    public void A_safe_VM_is_shown_with_the_metric_that_protects_and_the_time_until_it_would_not()
    {
        var text = Screen("""{"word":"SAFE","saved_by":"cpu","margin_points":4.3,"cpu_pessimistic":24.3,"memory":12.1,"network":0.2,"missing_hours":0,"minutes_needed":0,"turns_at":"2026-12-04T08:00:00Z"}""");

        Assert.Equal(
            """
            SAFE  CPU protects this VM: 4.3 points above Oracle's threshold of 20 %.
            If LoadShaper stopped now, this VM would look idle from 2026-12-04 08:00 UTC on (in 5.8 days).

            Now      Filling the CPU up to 25.0 %. CPU 25.1 %, other processes included.
            Cost     LoadShaper uses 22.8 % of the CPU now, 18.2 % on average today (UTC).

            CPU        24.3 %  95th percentile of 7 days; above 20 %
            Memory     12.1 %  mean of 7 days; does not count on this shape
            Network     0.2 %  mean of 7 days; under 20 %

            Problems none

            """.ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void Without_enough_history_it_says_what_is_missing()
    {
        var text = Screen("""{"word":"UNKNOWN","saved_by":null,"margin_points":-20,"cpu_pessimistic":0,"memory":null,"network":null,"missing_hours":168,"minutes_needed":505,"turns_at":null}""");

        Assert.StartsWith("UNKNOWN  Not enough was seen: 168 hours of the 7 days are missing. 505 more minutes above 20 % are needed.\n", text, StringComparison.Ordinal);
        Assert.Contains("Memory    unknown  mean of 7 days", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_the_journal_answers_and_the_exit_code_is_1()
    {
        using var tree = new FileTree();
        foreach (var name in new[] { "journal.db", "metrics.db" })
        {
            await using var packed = File.OpenRead(Path.Combine(RepositoryFolder.Path, "tests", "Fixtures", "journals", "0.1.0-packages", name + ".gz"));
            await using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
            await using var file = File.Create(Path.Combine(tree.Root, name));
            await unpacked.CopyToAsync(file);
        }

        var (code, output, error) = await RunAsync(tree.Root);

        Assert.Equal((ExitCode.Failure, ""), (code, error));
        Assert.StartsWith("UNKNOWN  ", output, StringComparison.Ordinal);
        Assert.Contains("LoadShaper does not run; the last event is of 2026-11-28 20:4", output, StringComparison.Ordinal);
        Assert.Contains("(stopped: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_and_a_journal_it_says_so()
    {
        using var tree = new FileTree();

        var (code, output, error) = await RunAsync(tree.Root);

        Assert.Equal((ExitCode.Failure, ""), (code, output));
        Assert.StartsWith("No daemon answers, and the journal cannot be read: ", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string directory)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var environment = new Dictionary<string, string> { ["PERSISTENCE_DIR"] = directory, ["HEALTH_ENABLED"] = "false" };
        var code = await StatusCommand.RunAsync(environment, Noon, output, error, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }

    private static string Screen(string verdict)
    {
        using var health = JsonDocument.Parse($$$"""{"status":"healthy","load_generation":"active","verdict":{{{verdict}}},"gate":{"position":"open","causes":[]},"problems":{},"politeness":{"findings":[]},"checks":[]}""");
        using var metrics = JsonDocument.Parse(Metrics);
        return StatusText.Of(StatusView.Of(health.RootElement, metrics.RootElement, 18.2), 20, memoryCounts: false, Noon);
    }
}
