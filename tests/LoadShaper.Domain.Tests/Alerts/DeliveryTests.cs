using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Secrets;
using Xunit;

namespace LoadShaper.Domain.Tests.Alerts;

/// <summary>Retries of a channel and pings of the dead man's monitor.</summary>
public sealed class DeliveryTests
{
    private static readonly DeliveryResult Refused = new("connection refused");

    private static readonly DeadmanTarget Target = new(DeadmanKind.Healthchecks, new SecretUrl(new Uri("https://hc-ping.com/uuid"), "https://hc-ping.com/uuid"));

    [Fact]
    public void A_failed_delivery_is_retried_with_a_growing_delay()
    {
        var channel = ChannelState.Of("ntfy-1", "").Add(Note(1));
        var delays = new List<double>();
        var uptime = TimeSpan.Zero;
        for (var i = 0; i < 9; i++)
        {
            channel = channel.Apply(Refused, AlertClock.Noon, uptime);
            Assert.Null(channel.Due(channel.NotBefore - TimeSpan.FromSeconds(1)));
            Assert.NotNull(channel.Due(channel.NotBefore));
            delays.Add((channel.NotBefore - uptime).TotalSeconds);
            uptime = channel.NotBefore;
        }

        Assert.Equal([15, 30, 60, 120, 240, 480, 900, 900, 900], delays);
        Assert.Equal((9, "connection refused", AlertClock.Noon), (channel.Failed, channel.Status.Problem, channel.Status.FailingSince));

        channel = channel.Apply(DeliveryResult.Delivered, AlertClock.Noon, uptime);
        Assert.Equal((0, 1, null), (channel.Waiting.Count, channel.Delivered, channel.Status.Problem));
    }

    [Fact]
    public void A_notification_that_is_rejected_three_times_is_dropped_and_the_next_one_is_sent()
    {
        var rejected = new DeliveryResult("HTTP 400", IsRejected: true);
        var channel = ChannelState.Of("ntfy-1", "").Add(Note(1)).Add(Note(2));

        channel = channel.Apply(rejected, AlertClock.Noon, TimeSpan.Zero).Apply(Refused, AlertClock.Noon, TimeSpan.Zero).Apply(rejected, AlertClock.Noon, TimeSpan.Zero);
        Assert.Equal(("1", 0), (channel.Waiting[0].Subject, channel.Dropped));

        channel = channel.Apply(rejected, AlertClock.Noon, TimeSpan.Zero);
        Assert.Equal(("2", 1, "HTTP 400", 0), (Assert.Single(channel.Waiting).Subject, channel.Dropped, channel.Problem, channel.Rejections));
    }

    [Theory]
    [InlineData(5, 15)]
    [InlineData(120, 120)]
    [InlineData(86_400, 900)]
    public void A_receiver_may_ask_for_more_patience(int asked, int waited) =>
        Assert.Equal(waited, ChannelState.Of("ntfy-1", "").Add(Note(1)).Apply(new DeliveryResult("HTTP 429", TimeSpan.FromSeconds(asked)), AlertClock.Noon, TimeSpan.Zero).NotBefore.TotalSeconds);

    [Fact]
    public void A_full_queue_loses_its_oldest_but_the_one_on_its_way()
    {
        var channel = Enumerable.Range(1, ChannelState.MostWaiting + 3).Aggregate(ChannelState.Of("ntfy-1", ""), (state, n) => state.Add(Note(n)));

        Assert.Equal((ChannelState.MostWaiting, 3), (channel.Waiting.Count, channel.Dropped));
        Assert.Equal(["1", "5"], channel.Waiting.Take(2).Select(notification => notification.Subject));
    }

    [Fact]
    public void A_reminder_replaces_an_older_one()
    {
        var reminder = Note(2) with { Phase = NotificationPhase.Reminder };
        var channel = ChannelState.Of("ntfy-1", "").Add(Note(2)).Add(reminder).Add(reminder with { At = AlertClock.Noon.AddDays(1) });

        Assert.Equal([AlertClock.Noon, AlertClock.Noon.AddDays(1)], channel.Waiting.Select(notification => notification.At));
    }

    [Fact]
    public void A_protected_VM_pings_every_five_minutes()
    {
        var state = DeadmanState.Of(Target);
        var ping = DeadmanPolicy.Decide(state, AlertState.Empty, AlertClock.Healthy, TimeSpan.Zero)!;
        Assert.True(ping.IsSuccess);
        Assert.StartsWith("verdict SAFE", ping.Text, StringComparison.Ordinal);

        state = state.Apply(ping, DeliveryResult.Delivered, AlertClock.Noon, TimeSpan.Zero);
        Assert.Null(DeadmanPolicy.Decide(state, AlertState.Empty, AlertClock.Healthy, TimeSpan.FromSeconds(299)));
        Assert.NotNull(DeadmanPolicy.Decide(state, AlertState.Empty, AlertClock.Healthy, TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void A_failure_is_reported_at_once_when_it_is_certain_and_nothing_before()
    {
        var state = DeadmanState.Of(Target).Apply(new DeadmanPing(true, ""), DeliveryResult.Delivered, AlertClock.Noon, TimeSpan.Zero);
        var unhealthy = AlertClock.Healthy with { IsUnhealthy = true, Checks = ["sampler_silent"] };
        var raised = new AlertState([new AlertRecord(AlertKind.Unhealthy, "", RaisedAt: AlertClock.Noon)]);

        Assert.Null(DeadmanPolicy.Decide(state, AlertState.Empty, unhealthy, TimeSpan.FromMinutes(30)));
        var ping = DeadmanPolicy.Decide(state, raised, unhealthy, TimeSpan.FromMinutes(1))!;
        Assert.Equal((false, "unhealthy: sampler_silent"), (ping.IsSuccess, ping.Text));
        state = state.Apply(ping, DeliveryResult.Delivered, AlertClock.Noon, TimeSpan.FromMinutes(1));
        Assert.Null(DeadmanPolicy.Decide(state, raised, unhealthy, TimeSpan.FromMinutes(2)));
        Assert.True(DeadmanPolicy.Decide(state, raised, AlertClock.Healthy, TimeSpan.FromMinutes(3))!.IsSuccess);
    }

    [Fact]
    public void At_risk_and_a_silent_reporter_are_never_a_success()
    {
        var atRisk = AlertClock.Healthy with { Verdict = AlertClock.VerdictOf(VerdictKind.AtRisk) };
        var raised = new AlertState([new AlertRecord(AlertKind.AtRisk, "", RaisedAt: AlertClock.Noon)]);

        Assert.False(DeadmanPolicy.Decide(DeadmanState.Of(Target), raised, atRisk, TimeSpan.Zero)!.IsSuccess);
        Assert.False(DeadmanPolicy.Decide(DeadmanState.Of(Target), raised, null, TimeSpan.Zero)!.IsSuccess);
        Assert.Null(DeadmanPolicy.Decide(DeadmanState.Of(Target), AlertState.Empty, AlertClock.Healthy with { HasDecided = false }, TimeSpan.Zero));
    }

    private static Notification Note(int number) =>
        new(AlertClock.Noon, "vm1", AlertKind.PeerSilent, $"{number}", NotificationPhase.Raised, AlertSeverity.Critical, "title", "message");
}
