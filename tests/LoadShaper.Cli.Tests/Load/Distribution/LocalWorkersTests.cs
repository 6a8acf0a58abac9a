using System.CommandLine;
using System.Diagnostics;
using LoadShaper.Cli.Load;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Reports;
using Xunit;

namespace LoadShaper.Cli.Tests.Load.Distribution;

/// <summary>A run over worker processes of the real program, against a server in this process.</summary>
public sealed class LocalWorkersTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-workers-").FullName;
    private CountingServer _server = null!;

    private string Url => _server.Url;

    private string Run => Path.Combine(_directory, "run");

    public async Task InitializeAsync() => _server = await CountingServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Two_worker_processes_send_one_load()
    {
        var (code, output, _) = await InvokeAsync("run", Url, "--rate", "50", "--duration", "1s", "--local-workers", "2", "--out", Run);

        // A busy machine makes the run invalid, which is a result too.
        Assert.Contains(code, (int[])[LoadExitCode.Ok, LoadExitCode.Invalid]);
        Assert.Matches(@"worker local-\d from 127\.0\.0\.1:\d+ joined, 2 of 2", output);
        var summary = ReportJson.ReadSummary(File.ReadAllText(Path.Combine(Run, "summary.json")));
        Assert.Equal((50, 50), (summary.Counts.Sent, _server.Requests));
        Assert.Equal(["local-1", "local-2"], summary.Workers!.Select(w => w.Name));
        Assert.All(summary.Workers!, w => Assert.Equal(25, w.Counts.Sent));
    }

    [Fact]
    public async Task SIGTERM_ends_the_run_and_its_workers_with_the_results()
    {
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", typeof(ExitCode).Assembly.Location, "load", "run", Url, "--rate", "50", "--duration", "10m", "--local-workers", "1", "--out", Run, "--quiet"]) { RedirectStandardOutput = true })!;
        await _server.UnderWay.WaitAsync(Limit);
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        var summary = ReportJson.ReadSummary(File.ReadAllText(Path.Combine(Run, "summary.json")));
        Assert.Equal((LoadExitCode.Interrupted, "interrupted"), (process.ExitCode, summary.End));
        // The worker has ended: everything that the server received is in the report.
        Assert.Equal(_server.Requests, summary.Counts.Sent);
    }

    [Fact]
    public async Task Without_enough_workers_nothing_is_sent()
    {
        var (code, _, error) = await InvokeAsync("run", Url, "--workers", "2", "--listen", "127.0.0.1:0", "--join-timeout", "1s", "--out", Run);

        Assert.Equal(LoadExitCode.WorkersLost, code);
        Assert.Matches(@"^0 of 2 workers joined within 1s; nothing was sent\. Start them with `loadshaper load worker --join 127\.0\.0\.1:\d+`", error);
        Assert.Equal(0, _server.Requests);
        Assert.False(Directory.Exists(Run));
    }

    private static async Task<(int Code, string Output, string Error)> InvokeAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await new RootCommand { LoadCommand.Create() }.Parse(["load", .. arguments])
            .InvokeAsync(new InvocationConfiguration { Output = TextWriter.Synchronized(output), Error = TextWriter.Synchronized(error), ProcessTerminationTimeout = null });
        return (code, output.ToString(), error.ToString());
    }
}
