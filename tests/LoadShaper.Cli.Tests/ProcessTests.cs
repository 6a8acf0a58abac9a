using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadShaper.Daemon;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Tests;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Cli.Tests;

/// <summary>The program as a user and a service manager see it: arguments, environment and signals in; exit codes, messages and files out.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("loadshaper-process-").FullName;
    private readonly List<Running> _started = [];

    public void Dispose()
    {
        foreach (var running in _started)
            running.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public void The_version_names_the_Akka_that_it_runs_on()
    {
        var program = Start(["--version"]);

        Assert.Equal(ExitCode.Ok, program.AwaitEnd());
        Assert.Contains(BuildInfo.Akka, program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_out_of_bounds_starts_nothing_and_leaves_the_directory_as_it_was()
    {
        var program = Daemon(("CPU_P95_SETPOINT", "101"));

        Assert.Equal(ExitCode.Config, program.AwaitEnd());
        Assert.Contains("CPU_P95_SETPOINT", program.Output, StringComparison.Ordinal);
        Assert.Contains("LoadShaper does not start", program.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_data));
    }

    [Fact]
    public void What_is_wrong_with_the_settings_the_directory_and_the_port_is_reported_at_once()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var missing = Path.Combine(_data, "missing");
        var settings = Start(["run", "--data-dir", missing], ("CPU_P95_SETPOINT", "101"), ("LOG_FORMAT", "xml"));
        var machine = Start(["run", "--data-dir", missing], ("HEALTH_PORT", $"{port}"));

        Assert.Equal(ExitCode.Config, settings.AwaitEnd());
        foreach (var expected in new[] { "CPU_P95_SETPOINT", "LOG_FORMAT", $"mkdir -p {missing}" })
            Assert.Contains(expected, settings.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Config, machine.AwaitEnd());
        foreach (var expected in new[] { $"mkdir -p {missing}", $"HEALTH_PORT: cannot listen on 127.0.0.1:{port}", "LoadShaper does not start" })
            Assert.Contains(expected, machine.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_healthcheck_asks_this_machine_and_ignores_the_proxy_of_the_environment()
    {
        using var daemon = new TcpListener(IPAddress.Loopback, 0);
        daemon.Start();
        var program = Start(
            ["healthcheck"],
            ("HEALTH_PORT", $"{((IPEndPoint)daemon.LocalEndpoint).Port}"), ("http_proxy", "http://127.0.0.1:1"), ("no_proxy", ""));

        using (var asked = await daemon.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromMinutes(2)))
        {
            var stream = asked.GetStream();
            Assert.True(await stream.ReadAsync(new byte[4096]) > 0);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwell"u8.ToArray());
        }

        Assert.Equal(ExitCode.Ok, program.AwaitEnd());
        Assert.Contains("well", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_directory_is_reported_and_not_created()
    {
        var missing = Path.Combine(_data, "missing");
        var program = Start(["run", "--data-dir", missing], ("HEALTH_ENABLED", "false"));

        Assert.Equal(ExitCode.Config, program.AwaitEnd());
        Assert.Contains($"mkdir -p {missing}", program.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    public void A_port_in_use_is_reported_with_the_setting_that_fixes_it()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var program = Daemon(("HEALTH_ENABLED", "true"), ("HEALTH_PORT", $"{port}"));

        Assert.Equal(ExitCode.Config, program.AwaitEnd());
        Assert.Contains($"HEALTH_PORT: cannot listen on 127.0.0.1:{port}", program.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_data, "journal.db")));
    }

    [Fact]
    public void A_lock_that_cannot_be_taken_is_reported_with_its_file()
    {
        // A directory in its place: nobody may open that for writing, not even root.
        Directory.CreateDirectory(Path.Combine(_data, "loadshaper.lock"));
        var program = Daemon();

        Assert.Equal(ExitCode.Config, program.AwaitEnd());
        Assert.Contains(Path.Combine(_data, "loadshaper.lock"), program.Output, StringComparison.Ordinal);
        Assert.Contains("LoadShaper does not start", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_instance_is_refused_and_the_first_ends_in_order_on_SIGTERM()
    {
        var first = Daemon();
        AwaitEvents(first, 1);

        var second = Daemon();
        Assert.Equal(ExitCode.Config, second.AwaitEnd());
        Assert.Contains($"another LoadShaper runs on {_data}", second.Output, StringComparison.Ordinal);

        first.Terminate();
        Assert.Equal(ExitCode.Ok, first.AwaitEnd());
        Assert.Equal("daemon-stopped.1", Events()[^1].Manifest);
    }

    [Fact]
    public async Task Systemd_is_notified_of_the_start_of_each_watchdog_interval_and_of_the_end()
    {
        // As systemd makes it for a unit of Type=notify with WatchdogSec.
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var socket = Path.Combine(_data, "notify");
        systemd.Bind(new UnixDomainSocketEndPoint(socket));
        var program = Daemon(("HEALTH_ENABLED", "false"), ("NOTIFY_SOCKET", socket), ("WATCHDOG_USEC", "400000"));

        var notices = new List<string>();
        await ReceiveAsync(systemd, notices, "READY=1");
        await ReceiveAsync(systemd, notices, "WATCHDOG=1");
        await ReceiveAsync(systemd, notices, "WATCHDOG=1");
        program.Terminate();
        await ReceiveAsync(systemd, notices, "STOPPING=1");

        Assert.Equal(ExitCode.Ok, program.AwaitEnd());
        Assert.Equal("READY=1", notices.First(notice => notice != "WATCHDOG=1"));
        Assert.Equal(1, notices.Count(notice => notice == "READY=1"));
    }

    private static async Task ReceiveAsync(Socket systemd, List<string> notices, string awaited)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var buffer = new byte[4096];
        do
        {
            var length = await systemd.ReceiveAsync(buffer, deadline.Token);
            notices.Add(Encoding.UTF8.GetString(buffer, 0, length).Trim());
        }
        while (notices[^1] != awaited);
    }

    [Fact]
    public void SIGTERM_while_it_still_starts_ends_it_in_order()
    {
        var program = Daemon();
        Until.True(() => File.Exists(Path.Combine(_data, "loadshaper.lock")));

        program.Terminate();

        Assert.Equal(ExitCode.Ok, program.AwaitEnd());
    }

    [Fact]
    public void SIGTERM_while_the_journal_cannot_be_written_ends_it_in_order_all_the_same()
    {
        var program = Daemon();
        AwaitEvents(program, 1);
        using var other = SqliteFile.Open(Path.Combine(_data, "journal.db"));
        SqliteFile.Execute(other, "BEGIN IMMEDIATE");

        program.Terminate();

        Assert.Equal(ExitCode.Ok, program.AwaitEnd());
    }

    [Fact]
    public void A_command_line_that_is_not_understood_is_distinguished_from_a_failure()
    {
        Assert.Equal(ExitCode.Usage, Start(["run", "--data-directory", _data]).AwaitEnd());
        Assert.Equal(ExitCode.Usage, Start(["start"]).AwaitEnd());
        Assert.Equal(ExitCode.Ok, Start(["--help"]).AwaitEnd());
    }

    [Fact]
    public void After_SIGKILL_a_new_start_keeps_every_event_and_goes_on_behind_them()
    {
        var killed = Daemon();
        AwaitEvents(killed, 1);
        killed.Kill();
        killed.AwaitEnd();
        var before = Events();

        var next = Daemon();
        var after = AwaitEvents(next, before.Count + 1);
        next.Terminate();

        Assert.Equal(ExitCode.Ok, next.AwaitEnd());
        Assert.Equal(before, after.Take(before.Count));
        Assert.Equal("daemon-started.1", before[0].Manifest);
        Assert.Contains(after.Skip(before.Count), happened => happened.Manifest == "daemon-started.1");
        Assert.Equal(Enumerable.Range(1, after.Count).Select(n => (long)n), after.Select(happened => happened.SequenceNr));
    }

    [Fact]
    public void CPUs_that_a_limit_takes_from_us_are_still_those_of_the_machine()
    {
        // As the runtime counts them in a container with `cpus: 1`.
        var daemon = Daemon(("DOTNET_PROCESSOR_COUNT", "1"));
        AwaitEvents(daemon, 1);
        daemon.Terminate();
        daemon.AwaitEnd();

        using var reader = JournalReader.Open(Path.Combine(_data, "journal.db"));
        var started = Assert.Single(reader.Read().Select(entry => entry.Event).OfType<DaemonStarted>());
        Assert.Equal(new MachineFactsReader().Read().Cpus, started.CpuCount);
    }

    private Running Daemon(params (string Name, string Value)[] settings) =>
        Start(["run", "--data-dir", _data], [("HEALTH_ENABLED", "false"), ("CONTROL_PERIOD_SEC", "1"), .. settings]);

    private Running Start(string[] arguments, params (string Name, string Value)[] settings)
    {
        var running = new Running(arguments, settings);
        _started.Add(running);
        return running;
    }

    private List<(long SequenceNr, string Manifest)> AwaitEvents(Running daemon, int count)
    {
        List<(long SequenceNr, string Manifest)> events = [];
        Until.True(() =>
        {
            Assert.False(daemon.HasEnded, daemon.Output);
            return (events = Events()).Count >= count;
        });
        return events;
    }

    /// <summary>What is on disk, read as `replay` does; nothing while there is no journal yet.</summary>
    private List<(long SequenceNr, string Manifest)> Events()
    {
        try
        {
            using var reader = JournalReader.Open(Path.Combine(_data, "journal.db"));
            // A row that cannot be read at this moment, because the daemon makes the tables, is none yet.
            return [.. reader.Read().Where(entry => entry.Event is not null).Select(entry => (entry.SequenceNr, entry.Manifest))];
        }
        catch (JournalUnreadableException)
        {
            return [];
        }
    }

    private sealed class Running : IDisposable
    {
        private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
        private readonly Process _process;
        private readonly Task<string> _output;
        private readonly Task<string> _error;

        public Running(string[] arguments, (string Name, string Value)[] settings)
        {
            // By dotnet, as the container and the README do.
            var info = new ProcessStartInfo(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", typeof(ExitCode).Assembly.Location, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var (name, value) in settings)
                info.Environment[name] = value;
            _process = Process.Start(info)!;
            _output = _process.StandardOutput.ReadToEndAsync();
            _error = _process.StandardError.ReadToEndAsync();
        }

        public bool HasEnded => _process.HasExited;

        /// <summary>All that it has said; complete only once it has ended.</summary>
        public string Output => HasEnded ? _output.Result + _error.Result : "it still runs";

        /// <returns>The exit code.</returns>
        public int AwaitEnd()
        {
            Assert.True(_process.WaitForExit(Deadline), "the process does not end");
            return _process.ExitCode;
        }

        public void Kill() => _process.Kill();

        public void Terminate()
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            kill.WaitForExit();
        }

        public void Dispose()
        {
            if (!HasEnded)
            {
                _process.Kill();
                _process.WaitForExit();
            }
            _process.Dispose();
        }
    }
}
