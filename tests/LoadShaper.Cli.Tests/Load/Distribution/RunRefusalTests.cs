using System.CommandLine;
using LoadShaper.Cli.Load;
using LoadShaper.LoadTest;
using Xunit;

namespace LoadShaper.Cli.Tests.Load.Distribution;

/// <summary>What is wrong without any worker is reported before one is waited for.</summary>
public sealed class RunRefusalTests : IDisposable
{
    private const string Url = "http://127.0.0.1:1/";
    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-refusal-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_directory_that_cannot_be_written_ends_the_command_at_once()
    {
        var file = Write("file", "");

        var (code, output, error) = await InvokeAsync(Url, "--out", Path.Combine(file, "report"));

        Assert.Equal((LoadExitCode.Failure, ""), (code, output));
        Assert.StartsWith($"--out {file} cannot be written: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hooks_without_permission_end_the_command_at_once()
    {
        var scenario = Write("hooks.yaml", $"target: {Url}\nload: [{{rps: 1, for: 1s}}]\nsteps: [{{get: /}}]\nbefore: [\"true\"]\n");

        var (code, output, error) = await InvokeAsync(scenario);

        Assert.Equal((LoadExitCode.Usage, ""), (code, output));
        Assert.Contains("add --allow-hooks", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_partitioned_file_with_fewer_rows_than_workers_is_one_error()
    {
        Write("users.csv", "user\nada\nbob\n");
        var scenario = Write("rows.yaml", $"target: {Url}\nload: [{{rps: 1, for: 1s}}]\nsteps:\n  - get: /${{user}}\n    data: {{file: users.csv, share: partition}}\n");

        var (code, output, error) = await InvokeAsync(scenario);

        Assert.Equal((LoadExitCode.Config, ""), (code, output));
        Assert.Equal($"{scenario}: users.csv has 2 rows for 3 workers; expected at least one row a worker with share: partition\n", error);
    }

    [Fact]
    public async Task A_target_without_permission_ends_the_command_at_once()
    {
        var (code, output, error) = await InvokeAsync("http://203.0.113.5/");

        Assert.Equal((LoadExitCode.Usage, ""), (code, output));
        Assert.Contains("--allow-target", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_missing_is_a_usage_error()
    {
        var missing = Path.Combine(_directory, "nope.pem");

        var (code, output, error) = await InvokeAsync(Url, "--certificate", missing);

        Assert.Equal((LoadExitCode.Usage, ""), (code, output));
        Assert.StartsWith($"--certificate: Cannot read certificate {missing}: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("..", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_with_a_missing_certificate_ends_with_a_usage_error()
    {
        var error = new StringWriter();

        var code = await new RootCommand { LoadCommand.Create() }.Parse(["load", "worker", "--join", "127.0.0.1:1", "--certificate", Path.Combine(_directory, "nope.pem")])
            .InvokeAsync(new InvocationConfiguration { Error = error, ProcessTerminationTimeout = null });

        Assert.Equal(LoadExitCode.Usage, code);
        Assert.StartsWith("--certificate: Cannot read certificate ", error.ToString(), StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(int Code, string Output, string Error)> InvokeAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await new RootCommand { LoadCommand.Create() }.Parse(["load", "run", .. arguments, "--workers", "3", "--listen", "127.0.0.1:0", "--join-timeout", "1s"])
            .InvokeAsync(new InvocationConfiguration { Output = TextWriter.Synchronized(output), Error = TextWriter.Synchronized(error), ProcessTerminationTimeout = null });
        return (code, output.ToString(), error.ToString());
    }
}
