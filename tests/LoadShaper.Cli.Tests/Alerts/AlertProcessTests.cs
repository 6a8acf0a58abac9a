using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadShaper.Daemon.Tests;
using LoadShaper.Daemon.Tests.Alerts;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace LoadShaper.Cli.Tests.Alerts;

/// <summary>The real daemon with receivers on loopback: what it keeps over a kill, and what it never shows.</summary>
public sealed class AlertProcessTests : IDisposable
{
    private const string Secret = "s3cr3t-t0pic";

    private readonly string _data = Directory.CreateTempSubdirectory("loadshaper-alert-process-").FullName;
    private readonly List<Running> _started = [];
    private readonly int _port = FreePort();

    public void Dispose()
    {
        foreach (var running in _started)
            running.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task An_undelivered_notification_survives_a_kill_and_a_delivered_one_is_not_sent_again()
    {
        await File.WriteAllTextAsync(Path.Combine(_data, "alerts.json"), $$"""
            {"version":1,
             "raised":[{"alert":"not_polite","raised_at":"{{DateTimeOffset.UtcNow:o}}","sent_at":"{{DateTimeOffset.UtcNow:o}}"}],
             "waiting":[{"channel":"ntfy-1","address":"ntfy+http://127.0.0.1:{{_port}}/***",
               "notifications":[{"at":"2026-11-21T12:00:00Z","vm":"vm1","kind":"at_risk","phase":"raised","severity":"critical","title":"vm1: AT RISK of being reclaimed","message":"m"}]}]}
            """);
        var environment = new[] { ("ALERT_URLS", $"ntfy+http://127.0.0.1:{_port}/{Secret}"), ("ALERT_NAME", "vm1") };
        // Its receiver is down: the notification stays in the file.
        var killed = Start(environment);
        await UntilHealthAsync(health => health.Contains("connection refused", StringComparison.Ordinal));
        killed.Kill();
        Assert.Contains("AT RISK of being reclaimed", await File.ReadAllTextAsync(Path.Combine(_data, "alerts.json")), StringComparison.Ordinal);

        await using var receiver = await AlertReceiver.StartAsync(port: _port);
        var next = Start(environment);
        Until.True(() => !receiver.Requests.IsEmpty);
        Until.True(() => !File.ReadAllText(Path.Combine(_data, "alerts.json")).Contains("AT RISK", StringComparison.Ordinal));
        next.Kill();

        Start(environment);
        await UntilHealthAsync(health => health.Contains("\"raised\"", StringComparison.Ordinal));
        var request = Assert.Single(receiver.Requests);
        Assert.Equal(("/" + Secret, "vm1: AT RISK of being reclaimed"), (request.Path, request.Headers["Title"]));
    }

    [Fact]
    public async Task No_output_contains_a_secret()
    {
        await using var failing = await AlertReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("no");
        });
        await File.WriteAllTextAsync(Path.Combine(_data, "alerts.json"), $$"""
            {"version":1,"waiting":[{"channel":"ntfy-1","address":"ntfy+http://***@127.0.0.1:{{failing.Port}}/***",
               "notifications":[{"at":"2026-11-21T12:00:00Z","vm":"vm1","kind":"at_risk","phase":"raised","severity":"critical","title":"t","message":"m"}]}]}
            """);
        (string, string)[] environment =
        [
            ("ALERT_URLS", $"ntfy+http://u-{Secret}:p-{Secret}@127.0.0.1:{failing.Port}/{Secret},webhook+http://127.0.0.1:{failing.Port}/{Secret}?key={Secret}"),
            ("DEADMAN_URL", $"http://127.0.0.1:{failing.Port}/ping/{Secret}"),
            ("FLEET_PEERS", $"vm2=http://{Secret}@127.0.0.1:{failing.Port}/{Secret}"),
            // A misspelt name of a secret.
            ("ALERT_URL", $"ntfy://ntfy.sh/{Secret}"),
            ("LOG_LEVEL", "debug"),
        ];
        var daemon = Start(environment);
        var health = await UntilHealthAsync(text =>
            text.Contains("\"deadman\"", StringComparison.Ordinal) && text.Contains("HTTP 500, and not the /health", StringComparison.Ordinal) && text.Contains("HTTP 500, since", StringComparison.Ordinal));
        using var http = new HttpClient();
        var pages = new StringBuilder(health);
        foreach (var path in new[] { "/metrics", "/", "/live" })
            foreach (var accept in new[] { "*/*", "text/plain", "application/openmetrics-text" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_health}{path}");
                request.Headers.Accept.ParseAdd(accept);
                using var response = await http.SendAsync(request);
                pages.Append(await response.Content.ReadAsStringAsync());
            }
        Assert.Contains(failing.Requests, request => request.Path.Contains(Secret, StringComparison.Ordinal));
        daemon.Terminate();
        Assert.Equal(ExitCode.Ok, daemon.AwaitEnd());

        var outputs = new Dictionary<string, string> { ["pages"] = pages.ToString(), ["log"] = daemon.Output };
        foreach (var arguments in new[]
        {
            new[] { "config" }, ["config", "--json"], ["config", "--explain", "ALERT_URLS"], ["config", "--explain", "FLEET_PEERS"], ["doctor"], ["doctor", "--json"], ["status"],
            ["fleet"], ["fleet", "--json"], ["alert", "test", "--deadman"], ["replay"], ["replay", "--verify"], ["replay", "--json"],
        })
        {
            var command = Start([.. environment, ("HEALTH_ENABLED", "true")], arguments);
            command.AwaitEnd();
            Assert.NotEqual("", command.Output);
            outputs[string.Join(' ', arguments)] = command.Output;
        }
        foreach (var file in Directory.GetFiles(_data))
            outputs[Path.GetFileName(file)] = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));

        Assert.Contains("ntfy+http://***@127.0.0.1", outputs["config"], StringComparison.Ordinal);
        Assert.Contains("daemon-started", outputs["journal.db"] + outputs.GetValueOrDefault("journal.db-wal"), StringComparison.Ordinal);
        Assert.Empty(outputs.Where(output => output.Value.Contains(Secret, StringComparison.OrdinalIgnoreCase)).Select(output => output.Key));
    }

    private readonly int _health = FreePort();

    private Running Start((string Name, string Value)[] environment, params string[] arguments)
    {
        var running = new Running(
            arguments.Length > 0 ? arguments : ["run"],
            [("PERSISTENCE_DIR", _data), ("HEALTH_PORT", $"{_health}"), ("CONTROL_PERIOD_SEC", "1"), .. environment]);
        _started.Add(running);
        return running;
    }

    private async Task<string> UntilHealthAsync(Func<string, bool> condition)
    {
        using var http = new HttpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{_health}/health"), deadline.Token);
                var health = await response.Content.ReadAsStringAsync(deadline.Token);
                if (condition(health))
                    return health;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            Assert.All(_started.TakeLast(1), running => Assert.False(running.HasEnded, running.HasEnded ? running.Output : ""));
            await Task.Delay(50, deadline.Token);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Running : IDisposable
    {
        private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
        private readonly Process _process;
        private readonly Task<string> _output, _error;

        public Running(string[] arguments, (string Name, string Value)[] settings)
        {
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

        /// <summary>Complete once it has ended.</summary>
        public string Output => _output.Result + _error.Result;

        public int AwaitEnd()
        {
            Assert.True(_process.WaitForExit(Deadline), "the process does not end");
            return _process.ExitCode;
        }

        public void Kill()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        public void Terminate()
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            kill.WaitForExit();
        }

        public void Dispose()
        {
            if (!HasEnded)
                Kill();
            _process.Dispose();
        }
    }
}
