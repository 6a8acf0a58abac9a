using System.Diagnostics;
using System.Text.Json;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Tests;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Cli.Tests;

/// <summary>Faults from the field that need real processes: output that is not read, a lock that is taken away, two keepers.</summary>
public sealed class FieldProcessTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly string _work = Directory.CreateTempSubdirectory("loadshaper-field-").FullName;
    private readonly List<Process> _started = [];

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        Directory.Delete(_work, recursive: true);
    }

    [Theory]
    [InlineData("text", "info")]
    [InlineData("json", "debug")]
    public void With_standard_output_that_is_not_read_it_runs_and_ends_on_SIGTERM(string format, string level)
    {
        var data = Data("data");
        var pipe = Path.Combine(_work, "pipe");
        Run("mkfifo", pipe);
        // Full from the first line on: the writer that fills it has the pipe opened apart, or its flag would be the daemon's too.
        var daemon = Daemon(
            data, $"exec 8<>{pipe}; dd if=/dev/zero of={pipe} bs=4096 count=64 oflag=nonblock 2>/dev/null;", $">&8 2>&8",
            ("LOG_FORMAT", format), ("LOG_LEVEL", level));
        Until.True(() => Manifests(data).Contains("slot-decided.1"));

        Signal("-TERM", daemon);

        Assert.Equal(ExitCode.Ok, AwaitEnd(daemon));
        Assert.Equal("daemon-stopped.1", Manifests(data)[^1]);
    }

    [Fact]
    public void A_removed_lock_file_lets_no_second_daemon_in_and_is_back_at_the_next_look()
    {
        var data = Data("data");
        var first = Daemon(data);
        Until.True(() => Manifests(data).Contains("slot-decided.1"));
        File.Delete(Path.Combine(data, InstanceLock.FileName));

        var second = Daemon(data);

        Assert.Equal(ExitCode.Config, AwaitEnd(second));
        Assert.Contains($"another LoadShaper runs on {data}", Output(second), StringComparison.Ordinal);
        Until.True(() => File.Exists(Path.Combine(data, InstanceLock.FileName)));
        Until.True(() => Output(first).Contains("Instance lock was removed or replaced; taken again", StringComparison.Ordinal));
        Assert.False(first.HasExited);
    }

    [Fact]
    public void A_daemon_whose_directory_another_one_has_now_ends_and_writes_nothing_there()
    {
        var data = Data("data");
        var first = Daemon(data);
        Until.True(() => Manifests(data).Contains("slot-decided.1"));
        Signal("-STOP", first);
        Directory.Move(data, data + ".away");
        Directory.CreateDirectory(data);
        var second = Daemon(data);
        Until.True(() => Manifests(data).Contains("slot-decided.1"));

        Signal("-CONT", first);

        Assert.Equal(ExitCode.Failure, AwaitEnd(first));
        Assert.Contains("another LoadShaper has taken", Output(first), StringComparison.Ordinal);
        Assert.False(second.HasExited);
        Signal("-TERM", second);
        Assert.Equal(ExitCode.Ok, AwaitEnd(second));
        Assert.Equal(["daemon-started.1", "daemon-stopped.1"], Manifests(data).Where(manifest => manifest.StartsWith("daemon-", StringComparison.Ordinal)));
        Assert.Equal(1, Writers(data));
    }

    [Fact]
    public void A_second_keeper_with_a_directory_of_its_own_runs_and_warns()
    {
        var (one, two) = (Data("one"), Data("two"));
        Daemon(one);
        Until.True(() => Manifests(one).Contains("slot-decided.1"));

        var second = Daemon(two);
        Until.True(() => Manifests(two).Contains("slot-decided.1"));

        Assert.Contains("Second keeper on this machine", Output(second), StringComparison.Ordinal);
    }

    [Fact]
    public void In_text_the_log_ends_with_the_reason_of_the_stop_as_the_journal_has_it()
    {
        var data = Data("data");
        var daemon = Daemon(data);
        Until.True(() => Manifests(data).Contains("slot-decided.1"));
        Until.True(() => Output(daemon).Contains("[loadshaper] cpu now=", StringComparison.Ordinal));

        Signal("-TERM", daemon);

        Assert.Equal(ExitCode.Ok, AwaitEnd(daemon));
        Assert.EndsWith(" INF LoadShaper stopped: SIGTERM", Output(daemon).TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("CoordinatedShutdown", Output(daemon), StringComparison.OrdinalIgnoreCase);
        using var reader = JournalReader.Open(Path.Combine(data, "journal.db"));
        Assert.Equal("SIGTERM", reader.Read().Select(entry => entry.Event).OfType<DaemonStopped>().Single().Reason);
    }

    [Fact]
    public void In_JSON_each_figure_of_the_telemetry_line_is_a_property()
    {
        var data = Data("data");
        var daemon = Daemon(data, settings: ("LOG_FORMAT", "json"));
        Until.True(() => Manifests(data).Contains("slot-decided.1"));
        Until.True(() => Output(daemon).Contains("\"MinutesNeeded\":", StringComparison.Ordinal));

        Signal("-TERM", daemon);

        Assert.Equal(ExitCode.Ok, AwaitEnd(daemon));
        var lines = Output(daemon).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var telemetry = lines.Last(line => line.GetProperty("Properties").TryGetProperty("MinutesNeeded", out _)).GetProperty("Properties");
        foreach (var name in new[] { "CpuNow", "CpuOwn", "MemoryNow", "LoadNow", "Exceedance", "MinutesNeeded", "Samples7d" })
            Assert.Equal(JsonValueKind.Number, telemetry.GetProperty(name).ValueKind);
        Assert.Equal("UNKNOWN", telemetry.GetProperty("Verdict").GetString());
        Assert.Equal("SIGTERM", lines[^1].GetProperty("Properties").GetProperty("Reason").GetString());
    }

    private string Data(string name) => Directory.CreateDirectory(Path.Combine(_work, name)).FullName;

    private Process Daemon(string data, string before = "", string output = "", params (string Name, string Value)[] settings)
    {
        var log = Path.Combine(_work, $"log-{_started.Count}");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var info = new ProcessStartInfo(
            "sh", ["-c", $"{before} exec '{host}' exec '{typeof(ExitCode).Assembly.Location}' run --data-dir '{data}' {(output == "" ? $"> '{log}' 2>&1" : output)}"]);
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("HEALTH_ENABLED", "false"), ("CONTROL_PERIOD_SEC", "1"), .. settings])
            info.Environment[name] = value;
        var process = Process.Start(info)!;
        _started.Add(process);
        return process;
    }

    private string Output(Process process) => File.ReadAllText(Path.Combine(_work, $"log-{_started.IndexOf(process)}"));

    private static int AwaitEnd(Process process)
    {
        Assert.True(process.WaitForExit(Deadline), "the process does not end");
        return process.ExitCode;
    }

    private static void Signal(string signal, Process process) => Run("kill", signal, $"{process.Id}");

    private static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static List<string> Manifests(string data)
    {
        try
        {
            using var reader = JournalReader.Open(Path.Combine(data, "journal.db"));
            return [.. reader.Read().Where(entry => entry.Event is not null).Select(entry => entry.Manifest)];
        }
        catch (JournalUnreadableException)
        {
            return [];
        }
    }

    private static int Writers(string data)
    {
        using var connection = SqliteFile.Open(Path.Combine(data, "journal.db"));
        return int.Parse(SqliteFile.Scalar(connection, "SELECT count(DISTINCT writer_uuid) FROM journal")!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
