using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Health;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Tests.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LoadShaper.Daemon.Tests.Hosting;

public sealed class SystemdServiceTests : TestKit
{
    private sealed class Notices : ISystemdNotifier
    {
        private readonly List<string> _sent = [];

        public bool IsEnabled => true;

        public void Notify(ServiceState state)
        {
            lock (_sent)
                _sent.Add(state.ToString());
        }

        public int Count(string state)
        {
            lock (_sent)
                return _sent.Count(sent => sent == state);
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationTokenSource Started { get; } = new();

        public CancellationTokenSource Stopping { get; } = new();

        public CancellationToken ApplicationStarted => Started.Token;

        public CancellationToken ApplicationStopping => Stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Stopping.Cancel();
    }

    [Fact]
    public async Task Systemd_learns_of_the_start_and_the_end()
    {
        var notices = new Notices();
        var lifetime = new Lifetime();
        using var service = new SystemdService(notices, lifetime, new Liveness(Sys), new FakeTimeProvider(), watchdog: null);

        await service.StartAsync(CancellationToken.None);
        await service.ExecuteTask!;
        Assert.Equal(0, notices.Count("READY=1"));

        await lifetime.Started.CancelAsync();
        Assert.Equal(1, notices.Count("READY=1"));

        lifetime.StopApplication();
        Assert.Equal(1, notices.Count("STOPPING=1"));
        Assert.Equal(0, notices.Count("WATCHDOG=1"));
    }

    [Fact]
    public async Task The_watchdog_is_notified_while_the_actors_answer_and_not_while_one_hangs()
    {
        await ActorTree.StartAsync(Sys, ActorTree.Names);
        var notices = new Notices();
        var time = new FakeTimeProvider();
        var patience = TimeSpan.FromMilliseconds(500);
        using var service = new SystemdService(notices, new Lifetime(), new Liveness(Sys), time, patience);
        await service.StartAsync(CancellationToken.None);

        Until.True(() =>
        {
            time.Advance(patience);
            return notices.Count("WATCHDOG=1") >= 2;
        });

        using var blocked = new ManualResetEventSlim();
        Sys.ActorSelection("/user/loadshaper/cpu").Tell(blocked);
        // What was asked before the actor hung may still be answered.
        await new Liveness(Sys).SilentAsync(patience);
        var before = notices.Count("WATCHDOG=1");
        time.Advance(patience);
        Assert.Equal(["cpu"], await new Liveness(Sys).SilentAsync(patience));
        Assert.Equal(before, notices.Count("WATCHDOG=1"));

        blocked.Set();
        Until.True(() =>
        {
            time.Advance(patience);
            return notices.Count("WATCHDOG=1") > before;
        });
        await service.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("20000000", null, 5)]
    [InlineData("20000000", "7", 5)]
    [InlineData("20000000", "8", null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, "7", null)]
    public void A_quarter_of_the_interval_is_used_and_only_by_the_process_that_is_meant(string? microseconds, string? pid, int? seconds)
    {
        var interval = SystemdService.WatchdogInterval(name => name == "WATCHDOG_USEC" ? microseconds : name == "WATCHDOG_PID" ? pid : null, processId: 7);

        Assert.Equal(seconds is { } expected ? TimeSpan.FromSeconds(expected) : null, interval);
    }
}
