using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.TestKit;
using LoadShaper.Daemon.Alerts;
using LoadShaper.Daemon.Tests.Network;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Daemon.Tests.Alerts;

/// <summary>The actor under virtual time, with real receivers on loopback.</summary>
public sealed class AlertManagerTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly VmCondition Healthy = new(
        false, ["all_systems_operational"], true,
        new Verdict(VerdictKind.Safe, IdleMetric.Cpu, 4, 24, 24, null, null, TimeSpan.Zero, 0, null), Politeness: PolitenessVerdict.Polite);

    private static readonly VmCondition AtRisk = Healthy with { Verdict = Healthy.Verdict! with { Kind = VerdictKind.AtRisk, SavedBy = null, Margin = -1 } };

    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-alerts-").FullName;
    private readonly TestProbe _health;
    private AlertStatus? _status;

    public AlertManagerTests()
        : base(VirtualTime.Config) => _health = CreateTestProbe("health");

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    protected override void AfterAll()
    {
        base.AfterAll();
        // A write of the state that began before the end of the actors may still add a file.
        Assert.True(SpinWait.SpinUntil(IsDeleted, TimeSpan.FromSeconds(30)));
    }

    private bool IsDeleted()
    {
        try
        {
            Directory.Delete(_directory, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [Fact]
    public async Task A_risk_is_sent_to_every_channel_and_to_the_monitor_and_its_end_too()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        var alerts = Start($"ntfy+http://127.0.0.1:{receiver.Port}/t,webhook+http://127.0.0.1:{receiver.Port}/hook", $"http://127.0.0.1:{receiver.Port}/ping");

        Run(alerts, Healthy, TimeSpan.FromMinutes(1));
        Until.True(() => receiver.Requests.Count >= 1);
        Assert.Equal("/ping", Assert.Single(receiver.Requests).Path);

        Run(alerts, AtRisk, TimeSpan.FromMinutes(4));
        Until.True(() => receiver.Requests.Count >= 4);
        Assert.Equal(["/hook", "/ping/fail", "/t"], receiver.Requests.Skip(1).Select(request => request.Path).Order(StringComparer.Ordinal));

        Run(alerts, Healthy, TimeSpan.FromMinutes(16));
        Until.True(() => receiver.Requests.Count(request => request.Path is "/t" or "/hook") >= 4);
        Assert.Contains("safe again", receiver.Requests.Last(request => request.Path == "/t").Headers["Title"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_that_is_down_for_an_hour_loses_nothing()
    {
        var port = FreePort();
        var alerts = Start($"ntfy+http://127.0.0.1:{port}/t", $"http://127.0.0.1:{port}/ping");

        RunAttempts(alerts, AtRisk, TimeSpan.FromHours(1));
        var failing = Channel("ntfy-1");
        Assert.Equal(("connection refused", 1), (failing.Problem, failing.Waiting));
        // Each attempt waits longer than the one before it; there were 240 ticks.
        Assert.InRange(failing.Failed, 2, 12);

        await using var receiver = await AlertReceiver.StartAsync(port: port);
        RunAttempts(alerts, AtRisk, TimeSpan.FromMinutes(16));
        Until.True(() => receiver.Requests.Any(request => request.Path == "/t") && receiver.Requests.Any(request => request.Path == "/ping/fail"));
        Assert.Contains("AT RISK", receiver.Requests.First(request => request.Path == "/t").Headers["Title"], StringComparison.Ordinal);
        RunAttempts(alerts, AtRisk, TimeSpan.FromSeconds(15));
        Assert.Equal((null, 0), (Channel("ntfy-1").Problem, Channel("ntfy-1").Waiting));
    }

    [Fact]
    public async Task A_receiver_that_never_answers_holds_up_no_other_and_no_decision()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var receiver = await AlertReceiver.StartAsync();
        var alerts = Start($"webhook+http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/x,ntfy+http://127.0.0.1:{receiver.Port}/t");

        Run(alerts, AtRisk, TimeSpan.FromMinutes(4));
        Until.True(() => receiver.Requests.Count == 1);
        // The first request is still without an answer; decisions go on.
        Run(alerts, Healthy, TimeSpan.FromMinutes(20));
        Until.True(() => receiver.Requests.Count == 2);
        RunAttempts(alerts, Healthy, TimeSpan.FromSeconds(15));
        Assert.Equal(2, Channel("webhook-1").Waiting);
    }

    [Fact]
    public async Task After_a_restart_a_raised_alert_is_not_sent_again_and_a_waiting_one_is()
    {
        var port = FreePort();
        var alerts = Start($"ntfy+http://127.0.0.1:{port}/t");
        RunAttempts(alerts, AtRisk, TimeSpan.FromMinutes(4));
        Until.True(() => File.Exists(Path.Combine(_directory, AlertFile.FileName)));
        Watch(alerts);
        Sys.Stop(alerts);
        ExpectTerminated(alerts);

        await using var receiver = await AlertReceiver.StartAsync(port: port);
        var next = Start($"ntfy+http://127.0.0.1:{port}/t");
        Until.True(() => receiver.Requests.Count == 1);
        Run(next, AtRisk, TimeSpan.FromHours(2));
        Assert.Single(receiver.Requests);

        Run(next, Healthy, TimeSpan.FromMinutes(20));
        Until.True(() => receiver.Requests.Count == 2);
        Assert.Contains("safe again", receiver.Requests.Last().Headers["Title"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_health_reporter_that_is_silent_is_reported()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        Start($"ntfy+http://127.0.0.1:{receiver.Port}/t");

        for (var i = 0; i < 8 * 4; i++)
        {
            Scheduler.Advance(AlertManager.Every);
            _health.FishForMessage(message => message is ConditionWanted);
        }

        Until.True(() => receiver.Requests.Count == 1);
        Assert.Contains("health_reporter_silent", receiver.Requests.First().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_cannot_be_written_is_shown_and_sent_all_the_same()
    {
        Directory.CreateDirectory(Path.Combine(_directory, AlertFile.FileName));
        await using var receiver = await AlertReceiver.StartAsync();
        var alerts = Start($"ntfy+http://127.0.0.1:{receiver.Port}/t");

        Run(alerts, AtRisk, TimeSpan.FromMinutes(4));
        Until.True(() => receiver.Requests.Count == 1);
        _health.FishForMessage(message => message is AlertStatus { StateProblem: not null });
    }

    private IActorRef Start(string channels, string? deadman = null)
    {
        var settings = new AlertSettings { Channels = AlertUrl.ParseChannels(channels).Value!, Deadman = deadman is null ? null : AlertUrl.ParseDeadman(deadman).Value };
        var setup = new AlertManager.Setup(
            settings, "vm1", new AlertFile(Path.Combine(_directory, AlertFile.FileName)), () => new AlertSender(), _health.Ref, new VirtualTime(Scheduler));
        var alerts = Sys.ActorOf(Props.Create(() => new AlertManager(setup)));
        // Its first report: the file has been read and the timer runs.
        _status = _health.FishForMessage(message => message is AlertStatus) as AlertStatus;
        return alerts;
    }

    /// <summary>Virtual time passes; every question is answered.</summary>
    private void Run(IActorRef alerts, VmCondition condition, TimeSpan time)
    {
        for (var elapsed = TimeSpan.Zero; elapsed < time; elapsed += AlertManager.Every)
        {
            Scheduler.Advance(AlertManager.Every);
            _health.FishForMessage(Note);
            alerts.Tell(condition, _health.Ref);
            _status = _health.FishForMessage(message => message is AlertStatus) as AlertStatus;
        }
    }

    /// <summary>The same, but no time passes while an attempt is under way: every outcome is awaited.</summary>
    private void RunAttempts(IActorRef alerts, VmCondition condition, TimeSpan time)
    {
        for (var elapsed = TimeSpan.Zero; elapsed < time; elapsed += AlertManager.Every)
        {
            Run(alerts, condition, AlertManager.Every);
            // Connections to a closed port on loopback fail in the time of a few messages.
            while (_health.ReceiveOne(TimeSpan.FromMilliseconds(20)) is { } message)
                Note(message);
        }
    }

    private bool Note(object message)
    {
        if (message is AlertStatus status)
            _status = status;
        return message is ConditionWanted;
    }

    private ChannelStatus Channel(string name) => _status!.Channels.Single(channel => channel.Name == name);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
