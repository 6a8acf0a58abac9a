using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Fleet;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Supervision;

public sealed class LoadShaperSupervisorTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("sampler")]
    [InlineData("store")]
    [InlineData("cpu")]
    [InlineData("p95")]
    [InlineData("memory")]
    [InlineData("network")]
    [InlineData("health")]
    public async Task A_child_that_fails_is_restarted_and_the_daemon_goes_on(string name)
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await HasSampled(daemon, 1);
        var child = await daemon.ChildAsync(name);
        var failures = Failures.Subscribe(daemon.System);

        child.Tell(Kill.Instance);

        await Until(() => failures.Sources.Any(source => source.Contains("/" + name, StringComparison.Ordinal)));
        var samples = (await daemon.GetAsync("/metrics")).GetProperty("percentiles_7d").GetProperty("sample_count_7d");
        await HasSampled(daemon, samples.ValueKind == System.Text.Json.JsonValueKind.Number ? samples.GetInt64() + 2 : 2);
        await Until(async () => (await daemon.GetAsync("/health")).GetProperty("status").GetString() != "unhealthy");
        Assert.Equal(child, await daemon.ChildAsync(name));
        Assert.Empty(daemon.Fatal);
    }

    [Theory]
    [InlineData("alerts")]
    [InlineData("fleet")]
    public async Task A_watcher_that_fails_is_restarted_and_the_daemon_goes_on(string name)
    {
        await using var daemon = await RunningDaemon.StartAsync(RunningDaemon.Quick with
        {
            // Port 9 of loopback: nothing listens there.
            Alerts = new AlertSettings { Channels = AlertUrl.ParseChannels("ntfy+http://127.0.0.1:9/t").Value! },
            Fleet = new FleetSettings { Peers = FleetPolicy.Parse("vm2=http://127.0.0.1:9").Value! },
        });
        await HasSampled(daemon, 1);
        var child = await daemon.ChildAsync(name);
        var failures = Failures.Subscribe(daemon.System);

        child.Tell(Kill.Instance);

        await Until(() => failures.Sources.Any(source => source.Contains("/" + name, StringComparison.Ordinal)));
        await Until(async () => (await daemon.GetAsync("/health")).TryGetProperty(name, out _));
        Assert.Equal(child, await daemon.ChildAsync(name));
        Assert.Empty(daemon.Fatal);
    }

    [Fact]
    public async Task What_is_not_set_is_not_started()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await HasSampled(daemon, 1);
        // The sampler is created last.
        await daemon.ChildAsync("sampler");

        foreach (var name in new[] { "alerts", "fleet" })
            await Assert.ThrowsAsync<ActorNotFoundException>(() => daemon.System.ActorSelection($"/user/loadshaper/{name}").ResolveOne(TimeSpan.FromSeconds(5)));
        var health = await daemon.GetAsync("/health");
        Assert.False(health.TryGetProperty("alerts", out _) || health.TryGetProperty("fleet", out _));
    }

    [Fact]
    public async Task A_controller_that_fails_begins_again_from_its_journal()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await Until(() => Journaled(daemon.Directory).Contains("slot-decided.1"));
        var controller = await daemon.ChildAsync("p95/controller");
        var before = Journaled(daemon.Directory);

        controller.Tell(Kill.Instance);

        await Until(() => Journaled(daemon.Directory).Skip(before.Count).Contains("slot-decided.1"));
        Assert.Equal(before, Journaled(daemon.Directory).Take(before.Count));
        Assert.Contains("gap-seen.1", Journaled(daemon.Directory).Skip(before.Count));
    }

    [Fact]
    public async Task A_worker_that_fails_is_restarted_alone()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        var worker = await daemon.ChildAsync("cpu/core-0");
        var failures = Failures.Subscribe(daemon.System);

        worker.Tell(Kill.Instance);

        await Until(() => failures.Sources.Any(source => source.Contains("/core-0", StringComparison.Ordinal)));
        Assert.Equal(worker, await daemon.ChildAsync("cpu/core-0"));
        Assert.DoesNotContain(failures.Sources, source => source.EndsWith("/cpu", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_ends_with_its_event_and_a_snapshot()
    {
        var directory = Directory.CreateTempSubdirectory("loadshaper-daemon-").FullName;
        try
        {
            await using (var daemon = await RunningDaemon.StartAsync(directory: directory))
            {
                await Until(() => Journaled(directory).Contains("slot-decided.1"));
                await daemon.StopAsync();
            }

            Assert.Equal("daemon-stopped.1", Journaled(directory)[^1]);
            using var connection = SqliteFile.Open(Path.Combine(directory, "journal.db"));
            Assert.Equal(
                SqliteFile.Scalar(connection, "SELECT max(sequence_number) FROM journal"),
                SqliteFile.Scalar(connection, "SELECT max(sequence_number) FROM snapshot"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task A_second_start_goes_on_where_the_first_ended()
    {
        var directory = Directory.CreateTempSubdirectory("loadshaper-daemon-").FullName;
        try
        {
            await using (await RunningDaemon.StartAsync(directory: directory))
                await Until(() => Journaled(directory).Contains("slot-decided.1"));
            var before = Journaled(directory);

            await using (await RunningDaemon.StartAsync(directory: directory))
                await Until(() => Journaled(directory).Skip(before.Count).Contains("slot-decided.1"));

            var after = Journaled(directory);
            Assert.Equal(before, after.Take(before.Count));
            Assert.Equal(["gap-seen.1", "daemon-started.1"], after.Skip(before.Count).Take(2));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static List<string> Journaled(string directory)
    {
        try
        {
            using var reader = JournalReader.Open(Path.Combine(directory, "journal.db"));
            return reader.Read().Select(entry => entry.Manifest).ToList();
        }
        catch (JournalUnreadableException)
        {
            return []; // The tables are made on first use.
        }
    }

    private static Task HasSampled(RunningDaemon daemon, long count) => Until(async () =>
        // Until the reporter is there, the answer says only that.
        (await daemon.GetAsync("/metrics")).TryGetProperty("percentiles_7d", out var percentiles)
        && percentiles.GetProperty("sample_count_7d") is { ValueKind: System.Text.Json.JsonValueKind.Number } samples
        && samples.GetInt64() >= count);

    private static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await condition())
            await Task.Delay(50, deadline.Token);
    }

    /// <summary>Which actors failed.</summary>
    private sealed record Failures(ConcurrentBag<string> Sources)
    {
        public static Failures Subscribe(ActorSystem system)
        {
            var failures = new Failures(new ConcurrentBag<string>());
            var listener = system.ActorOf(Props.Create(() => new Listener(failures.Sources)));
            system.EventStream.Subscribe(listener, typeof(Error));
            return failures;
        }

        private sealed class Listener : ReceiveActor
        {
            public Listener(ConcurrentBag<string> sources) => Receive<Error>(error => sources.Add(error.LogSource));
        }
    }
}
