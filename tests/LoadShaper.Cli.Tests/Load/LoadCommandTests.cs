using System.CommandLine;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using LoadShaper.Cli.Load;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Reports;
using Xunit;

namespace LoadShaper.Cli.Tests.Load;

public sealed class LoadCommandTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-load-").FullName;
    private CountingServer _server = null!;

    private string Url => _server.Url;

    public async Task InitializeAsync() => _server = await CountingServer.StartAsync(awaited: 10);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_run_prints_its_result_and_writes_its_report()
    {
        var (code, output, _) = await InvokeAsync("run", Url, "--rate", "50", "--duration", "1s", "--threshold", "error_rate<1%", "--out", Path.Combine(_directory, "run"));

        // A busy machine makes the run invalid, which is a result too.
        Assert.Contains(code, (int[])[LoadExitCode.Ok, LoadExitCode.Invalid]);
        Assert.Contains("error_rate<1%", output, StringComparison.Ordinal);
        Assert.Contains("offered 50 / sent", output, StringComparison.Ordinal);
        Assert.Contains("report: ", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_directory, "run", "report.html")));
    }

    [Fact]
    public async Task A_run_as_json_prints_the_summary_only()
    {
        var (_, output, _) = await InvokeAsync("run", Url, "--rate", "50", "--duration", "1s", "--json");

        Assert.Equal(50, ReportJson.ReadSummary(output).Counts.Offered);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_a_run_with_its_results(string signal)
    {
        var run = Path.Combine(_directory, "signalled");
        // Where the tests were started in the background of a shell, a child would ignore SIGINT.
        using var process = Process.Start(new ProcessStartInfo(
            "env",
            [
                "--default-signal=INT", Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "exec", typeof(ExitCode).Assembly.Location,
                "load", "run", Url, "--rate", "50/s", "--duration", "5m", "--out", run, "--quiet",
            ]) { RedirectStandardOutput = true })!;
        using var ended = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        ended.Token.Register(process.Kill);
        await _server.UnderWay.WaitAsync(ended.Token);

        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        var summary = ReportJson.ReadSummary(File.ReadAllText(Path.Combine(run, "summary.json")));
        Assert.Equal((LoadExitCode.Interrupted, LoadExitCode.Interrupted, "interrupted"), (process.ExitCode, summary.ExitCode, summary.End));
        Assert.InRange(_server.Requests, summary.Counts.Completed, summary.Counts.Sent);
        Assert.True(File.Exists(Path.Combine(run, "report.html")));
    }

    [Theory]
    [InlineData(LoadExitCode.Usage, "--rate: \"fast\" is not valid", "run", "URL", "--rate", "fast")]
    [InlineData(LoadExitCode.Config, "missing.yaml: cannot be read", "run", "missing.yaml")]
    [InlineData(LoadExitCode.Usage, "add --allow-target 192.0.2.1", "run", "http://192.0.2.1/")]
    [InlineData(LoadExitCode.Usage, "--baseline: /missing has no run", "run", "URL", "--baseline", "/missing")]
    [InlineData(LoadExitCode.Usage, "--scale is 50; expected 0.01 to 10", "quick", "URL", "--scale", "50")]
    [InlineData(LoadExitCode.Usage, "/missing has no run", "compare", "/missing", "/missing")]
    [InlineData(LoadExitCode.Usage, "--keep is 0; expected at least 1", "archive", "/missing", "--keep", "0")]
    [InlineData(LoadExitCode.Usage, "--max-age \"old\" is not valid", "archive", "/missing", "--max-age", "old")]
    [InlineData(LoadExitCode.Usage, "/missing has no run", "baseline", "/missing")]
    [InlineData(LoadExitCode.Usage, "/missing has no run", "report", "/missing")]
    [InlineData(LoadExitCode.Usage, "--workers: \"0\" is not valid; expected a whole number from 1 to 1000", "run", "URL", "--workers", "0")]
    [InlineData(LoadExitCode.Usage, "--certificate load.pem has no effect without workers", "run", "URL", "--certificate", "load.pem")]
    [InlineData(LoadExitCode.Usage, "add --allow-target 192.0.2.1", "run", "http://192.0.2.1/", "--workers", "1")]
    [InlineData(LoadExitCode.Usage, "Cannot read certificate /missing.pem", "run", "URL", "--workers", "1", "--certificate", "/missing.pem")]
    [InlineData(LoadExitCode.Usage, "--join is missing; expected the address of the coordinator", "worker")]
    [InlineData(LoadExitCode.Usage, "Cannot read certificate /missing.pem", "worker", "--join", "127.0.0.1:7946", "--certificate", "/missing.pem")]
    [InlineData(LoadExitCode.Failure, "Cannot write certificate /missing/load.pem", "cert", "/missing/load.pem")]
    public async Task Wrong_use_is_reported_and_sends_nothing(int exitCode, string problem, params string[] arguments)
    {
        var (code, _, error) = await InvokeAsync([.. arguments.Select(a => a == "URL" ? Url : a)]);

        Assert.Equal(exitCode, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.Equal(0, _server.Requests);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_certificate_is_written_for_its_owner_alone_and_never_over_a_file()
    {
        var path = Path.Combine(_directory, "load.pem");
        var (code, output, _) = await InvokeAsync("cert", path);

        Assert.Equal((LoadExitCode.Ok, UnixFileMode.UserRead | UnixFileMode.UserWrite), (code, File.GetUnixFileMode(path)));
        Assert.Matches($"^written: {path}, valid until \\d{{4}}-\\d\\d-\\d\\d\nSHA-256: [0-9A-F]{{64}}\n", output);
        Assert.Equal(LoadExitCode.Failure, (await InvokeAsync("cert", path)).Code);
    }

    [Fact]
    public async Task The_checklist_is_printed()
    {
        var (code, output, _) = await InvokeAsync("check", Url, "--json");

        using var document = JsonDocument.Parse(output);
        Assert.Equal((LoadExitCode.Ok, 0), (code, document.RootElement.EnumerateObject().Single(p => p.Name.Equals("failures", StringComparison.OrdinalIgnoreCase)).Value.GetInt32()));
        Assert.Equal((LoadExitCode.Failure, "FAIL"), ((await InvokeAsync("check", "http://127.0.0.1:1/")).Code, (await InvokeAsync("check", "http://127.0.0.1:1/")).Output.Split('\n').Single(l => l.Contains(" connection ", StringComparison.Ordinal))[..4]));
    }

    [Fact]
    public async Task A_throttling_test_prints_its_scenarios()
    {
        var (code, output, _) = await InvokeAsync("full", Url, "--print");

        Assert.Equal(LoadExitCode.Ok, code);
        Assert.Equal(9, output.Split("---\n").Length);
        Assert.Contains("load: [{name: over limit, users: 150, for: 30s}]", output, StringComparison.Ordinal);
        Assert.Equal(0, _server.Requests);
    }

    [Fact]
    public async Task Runs_are_kept_compared_and_shown()
    {
        for (var i = 0; i < 4; i++)
            Write($"base/{i}", 10 + 0.1 * i);
        for (var i = 0; i < 4; i++)
            Write($"slow/{i}", 12 + 0.1 * i);
        Write("invalid", 10, valid: false);
        string At(string name) => Path.Combine(_directory, name);

        Assert.Equal(LoadExitCode.Ok, (await InvokeAsync("compare", At("base"), At("base"))).Code);
        var (code, output, _) = await InvokeAsync("compare", At("base"), At("slow"));
        Assert.Equal(LoadExitCode.Regression, code);
        Assert.Contains("REGRESSION: p50_latency, p95_latency, p99_latency", output, StringComparison.Ordinal);
        Assert.Equal(LoadExitCode.Ok, (await InvokeAsync("compare", At("base"), At("slow"), "--tolerance", "30%")).Code);
        Assert.Equal(LoadExitCode.Invalid, (await InvokeAsync("compare", At("base"), At("invalid"))).Code);
        Assert.Contains("| p95_latency |", (await InvokeAsync("compare", At("base"), At("slow"), "--markdown")).Output, StringComparison.Ordinal);
        using (var json = JsonDocument.Parse((await InvokeAsync("compare", At("base"), At("slow"), "--json")).Output))
            Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);

        Assert.Equal(LoadExitCode.Ok, (await InvokeAsync("baseline", At("base/1"), "--to", At("baselines"))).Code);
        Assert.Equal(LoadExitCode.Invalid, (await InvokeAsync("baseline", At("invalid"), "--to", At("baselines"))).Code);
        Assert.Equal("2026-03-01_12-00-01", Path.GetFileName(Assert.Single(Directory.GetDirectories(At("baselines/shop")))));
        Assert.Equal(LoadExitCode.Ok, (await InvokeAsync("archive", At("base/1"), "--to", At("archive"))).Code);
        Assert.Contains("deleted: ", (await InvokeAsync("archive", At("base/2"), "--to", At("archive"), "--keep", "1")).Output, StringComparison.Ordinal);
        Assert.Contains("2026-03-01 12:00:02", (await InvokeAsync("report", At("archive"))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_ends_a_run_which_writes_its_results()
    {
        var run = Path.Combine(_directory, "run");
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", typeof(ExitCode).Assembly.Location, "load", "run", Url, "--rate", "50", "--duration", "10m", "--out", run])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Assert.StartsWith("started: ", await process.StandardOutput.ReadLineAsync());
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        var summary = ReportJson.ReadSummary(File.ReadAllText(Path.Combine(run, "summary.json")));
        Assert.Equal((LoadExitCode.Interrupted, "interrupted", LoadExitCode.Interrupted), (process.ExitCode, summary.End, summary.ExitCode));
        Assert.True(File.Exists(Path.Combine(run, "report.html")));
    }

    private void Write(string name, double latency, bool valid = true)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;
        var second = name[^1] - '0';
        var summary = new Summary
        {
            Name = "shop", End = "finished", Valid = valid, SuccessRate = 1, ErrorRate = 0, CompletedRps = 100, P50Latency = latency, P95Latency = latency * 2, P99Latency = latency * 3,
            StartedAt = new DateTimeOffset(2026, 3, 1, 12, 0, second is >= 0 and <= 9 ? second : 0, TimeSpan.Zero),
        };
        File.WriteAllText(Path.Combine(directory, "summary.json"), JsonSerializer.Serialize(summary, ReportJson.Default.Summary));
    }

    private static async Task<(int Code, string Output, string Error)> InvokeAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await new RootCommand { LoadCommand.Create() }.Parse(["load", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null });
        return (code, output.ToString(), error.ToString());
    }
}
