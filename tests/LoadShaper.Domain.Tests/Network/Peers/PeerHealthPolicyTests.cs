using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Peers;
using Xunit;

namespace LoadShaper.Domain.Tests.Network.Peers;

public sealed class PeerHealthPolicyTests
{
    private static readonly PeerHealth New = PeerHealth.StartAt(TimeSpan.Zero);

    [Fact]
    public void A_peer_is_ready_after_its_first_answer_and_for_as_long_as_it_answers()
    {
        Assert.False(PeerHealthPolicy.IsReady(New, TimeSpan.Zero));
        var up = Answered(New, 0);

        Assert.Equal(PeerPhase.Up, up.Phase);
        Assert.True(PeerHealthPolicy.IsReady(up, Seconds(3.5)));
        Assert.False(PeerHealthPolicy.IsReady(up, Seconds(3.6)));
    }

    [Fact]
    public void A_peer_that_does_not_answer_three_hellos_is_down_within_five_seconds()
    {
        var (health, second) = (Answered(New, 0), 0);
        while (health.Phase == PeerPhase.Up)
            health = PeerHealthPolicy.Ask(health, Seconds(++second));

        Assert.InRange(second, 1, 5);
        Assert.Equal(PeerTrouble.NoAnswer, health.Trouble);
    }

    [Fact]
    public void A_peer_that_is_down_is_asked_ever_less_often()
    {
        var health = New;
        var asked = new List<double>();
        for (var now = 0.0; now < 600; now += 0.5)
        {
            if (!PeerHealthPolicy.IsHelloDue(health, wanted: true, Seconds(now)))
                continue;
            health = PeerHealthPolicy.Ask(health, Seconds(now));
            asked.Add(now);
        }

        Assert.InRange(asked.Count, 10, 25);
        Assert.InRange(asked[^1] - asked[^2], 59, 61);
    }

    [Fact]
    public void Without_a_demand_a_peer_is_asked_once_a_minute()
    {
        var up = Answered(New, 0);

        Assert.True(PeerHealthPolicy.IsHelloDue(up, wanted: true, Seconds(1)));
        Assert.False(PeerHealthPolicy.IsHelloDue(up, wanted: false, Seconds(59)));
        Assert.True(PeerHealthPolicy.IsHelloDue(up, wanted: false, Seconds(60)));
    }

    [Fact]
    public void A_peer_of_bad_reputation_needs_three_answers_to_return()
    {
        var health = New;
        for (var i = 0; i < 6; i++)
            health = PeerHealthPolicy.Ask(health, Seconds(i));
        Assert.True(health.Reputation < PeerHealthPolicy.Neutral);

        health = Answered(health, 10);
        Assert.Equal(PeerPhase.Down, health.Phase);
        health = Answered(Answered(health, 11), 12);
        Assert.Equal((PeerPhase.Up, null), (health.Phase, health.Trouble));
    }

    [Fact]
    public void Reputation_decays_towards_neutral_with_a_half_life_of_an_hour()
    {
        var good = New with { Reputation = 90, RatedAt = Seconds(0) };
        var bad = New with { Reputation = 10, RatedAt = Seconds(0) };

        Assert.Equal(70, PeerHealthPolicy.ReputationAt(good, Seconds(3600)), 6);
        Assert.Equal(40, PeerHealthPolicy.ReputationAt(bad, Seconds(7200)), 6);
    }

    [Fact]
    public void Loss_is_measured_by_the_receivers_counter()
    {
        var health = PeerHealthPolicy.Answer(New, Welcome(packets: 0, highest: 0), 0, Seconds(0));
        health = PeerHealthPolicy.Answer(health, Welcome(packets: 95, highest: 100), 100, Seconds(1));
        Assert.Equal(0.05, health.Loss!.Value, 6);

        // Packets that are still under way are not lost.
        health = PeerHealthPolicy.Answer(health, Welcome(packets: 145, highest: 150), 200, Seconds(2));
        Assert.Equal(0.7 * 0.05, health.Loss!.Value, 6);
    }

    [Fact]
    public void A_receiver_that_was_restarted_is_not_a_loss()
    {
        var health = PeerHealthPolicy.Answer(New, Welcome(packets: 1000, highest: 1000), 1000, Seconds(0));

        Assert.Equal(health.Loss, PeerHealthPolicy.Answer(health, Welcome(packets: 5, highest: 1010), 1100, Seconds(1)).Loss);
    }

    [Fact]
    public void Answers_without_any_packet_are_counted()
    {
        var health = New;
        for (var i = 0; i < 3; i++)
            health = PeerHealthPolicy.Answer(health, Welcome(packets: 0, highest: 0), (ulong)(100 * i), Seconds(i));
        Assert.Equal(2, health.EmptyAnswers);

        Assert.Equal(0, PeerHealthPolicy.Answer(health, Welcome(packets: 90, highest: 300), 300, Seconds(4)).EmptyAnswers);
    }

    [Fact]
    public void A_problem_that_the_system_reports_needs_no_misses()
    {
        var down = PeerHealthPolicy.Fail(Answered(New, 0), PeerTrouble.Refused, Seconds(1));

        Assert.Equal((PeerPhase.Down, PeerTrouble.Refused), (down.Phase, down.Trouble!.Value));
    }

    [Fact]
    public void A_peer_where_no_data_arrives_returns_after_a_delay_that_grows_up_to_a_minute()
    {
        var (health, now) = (Answered(New, 0), 0.0);
        foreach (var delay in new[] { 10, 20, 40, 60, 60 })
        {
            var lost = now;
            health = PeerHealthPolicy.Fail(health, PeerTrouble.AllLost, Seconds(lost));
            while (health.Phase == PeerPhase.Down)
                health = Answered(health, ++now);
            Assert.Equal(delay, now - lost);
        }

        health = PeerHealthPolicy.Answer(health, Welcome(packets: 1, highest: 1), 1, Seconds(now));
        Assert.Equal((null, 0), (health.LostAt, health.Losses));
    }

    private static PeerHealth Answered(PeerHealth health, double at) =>
        PeerHealthPolicy.Answer(PeerHealthPolicy.Ask(health, Seconds(at)), Welcome(0, 0), 0, Seconds(at));

    private static HelloMessage Welcome(ulong packets, ulong highest) =>
        new(HelloKind.Welcome, DateTimeOffset.UnixEpoch, 1, 1, packets, 1400 * packets, highest);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
