using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Domain.Tests.Alerts;

/// <summary>Every alert fires in one case, does not in another, and ends.</summary>
public sealed class AlertPolicyTests
{
    private static readonly VmCondition Healthy = AlertClock.Healthy;

    private static readonly VmCondition AtRisk = Healthy with { Verdict = AlertClock.VerdictOf(VerdictKind.AtRisk) };

    private static readonly VmCondition TurnsSoon = Healthy with
    {
        Verdict = AlertClock.VerdictOf(VerdictKind.Safe, TimeSpan.FromHours(20)), Prevented = "the gate is closed (memory use)",
    };

    private static readonly VmCondition Unhealthy = Healthy with { IsUnhealthy = true, Checks = ["sampler_silent"] };

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The condition, for how long, and what is sent.</summary>
    public static TheoryData<string, VmCondition?, TimeSpan, string> Cases => new()
    {
        { "healthy", Healthy, TimeSpan.FromDays(3), "" },
        { "unknown verdict of the first week", Healthy with { Verdict = AlertClock.VerdictOf(VerdictKind.AtRisk) with { Kind = VerdictKind.Unknown } }, TimeSpan.FromDays(3), "" },
        { "at risk", AtRisk, Hour, "AtRisk Raised" },
        { "at risk for a moment", AtRisk, TimeSpan.FromMinutes(1), "" },
        { "turns soon, gate closed", TurnsSoon, Hour, "TurnsSoon Raised" },
        { "turns soon, gate open", TurnsSoon with { Prevented = null }, Hour, "" },
        { "turns in 30 h, gate closed", TurnsSoon with { Verdict = AlertClock.VerdictOf(VerdictKind.Safe, TimeSpan.FromHours(30)) }, Hour, "" },
        { "at risk, gate closed", AtRisk with { Prevented = "the gate is closed (memory use)" }, Hour, "AtRisk Raised" },
        { "unhealthy", Unhealthy, Hour, "Unhealthy Raised" },
        { "unhealthy during a restart", Unhealthy, TimeSpan.FromMinutes(3), "" },
        { "nothing reports the state", null, Hour, "Unhealthy Raised" },
        { "journal unavailable", Healthy with { JournalProblem = "disk full" }, Hour, "JournalUnavailable Raised" },
        { "journal unavailable for ten minutes", Healthy with { JournalProblem = "disk full" }, TimeSpan.FromMinutes(10), "" },
        { "journal lost", Healthy with { JournalLoss = "journal.db was malformed" }, TimeSpan.FromDays(3), "JournalLost Raised" },
        { "not polite", Healthy with { Politeness = PolitenessVerdict.Impolite }, Hour, "NotPolite Raised" },
        { "Oracle reads idle", Healthy with { OracleReadsIdle = true }, TimeSpan.FromHours(2), "OracleReadsIdle Raised" },
        { "Oracle reads idle for half an hour", Healthy with { OracleReadsIdle = true }, TimeSpan.FromMinutes(30), "" },
        { "Oracle agrees", Healthy with { OracleReadsIdle = false }, TimeSpan.FromHours(2), "" },
        { "politeness unknown", Healthy with { Politeness = PolitenessVerdict.Unknown }, Hour, "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_state_is_reported_when_it_lasts(string name, VmCondition? condition, TimeSpan time, string sent)
    {
        Assert.NotEmpty(name);
        Assert.Equal(sent, string.Join(", ", new AlertClock().Run(condition, time).Story));
    }

    [Theory]
    [InlineData(AlertKind.AtRisk)]
    [InlineData(AlertKind.TurnsSoon)]
    [InlineData(AlertKind.Unhealthy)]
    [InlineData(AlertKind.JournalUnavailable)]
    [InlineData(AlertKind.NotPolite)]
    [InlineData(AlertKind.OracleReadsIdle)]
    public void It_is_repeated_once_a_day_and_its_end_is_reported(AlertKind kind)
    {
        var bad = kind switch
        {
            AlertKind.AtRisk => AtRisk,
            AlertKind.TurnsSoon => TurnsSoon,
            AlertKind.Unhealthy => Unhealthy,
            AlertKind.JournalUnavailable => Healthy with { JournalProblem = "disk full" },
            AlertKind.OracleReadsIdle => Healthy with { OracleReadsIdle = true },
            _ => Healthy with { Politeness = PolitenessVerdict.Impolite },
        };
        var clock = new AlertClock().Run(bad, TimeSpan.FromHours(51)).Run(Healthy with { OracleReadsIdle = false }, TimeSpan.FromHours(26));

        Assert.Equal($"{kind} Raised, {kind} Reminder, {kind} Reminder, {kind} Recovered", string.Join(", ", clock.Story));
        Assert.Empty(clock.State.Raised);
    }

    [Fact]
    public void A_raised_alert_that_was_kept_is_not_raised_again()
    {
        var before = new AlertClock().Run(AtRisk, Hour);
        var after = new AlertClock { State = new AlertState([.. before.State.Raised.Select(record => new AlertRecord(record.Kind, record.Subject, RaisedAt: record.RaisedAt, SentAt: record.SentAt))]), Now = before.Now };

        after.Run(AtRisk, Hour);
        Assert.Empty(after.Sent);
        after.Run(Healthy, Hour);
        Assert.Equal(["AtRisk Recovered"], after.Story);
    }

    [Fact]
    public void Another_loss_of_the_journal_after_a_restart_is_reported_too()
    {
        var clock = new AlertClock().Run(Healthy with { JournalLoss = "journal.db was malformed" }, Hour);
        clock.State = AlertState.OfLastRun(clock.State.Raised);
        clock.Run(Healthy with { JournalLoss = "journal.db has an unknown manifest" }, Hour);

        Assert.Equal(["JournalLost Raised", "JournalLost Raised"], clock.Story);
    }

    [Fact]
    public void An_unknown_verdict_neither_ends_nor_repeats_the_risk()
    {
        var clock = new AlertClock().Run(AtRisk, Hour).Run(Healthy with { Verdict = null }, TimeSpan.FromDays(2));

        Assert.Equal(["AtRisk Raised"], clock.Story);
        Assert.True(clock.State.IsRaised(AlertKind.AtRisk));
    }

    [Fact]
    public void What_was_announced_ends_without_a_word_when_it_happens()
    {
        var clock = new AlertClock().Run(TurnsSoon, Hour).Run(AtRisk with { Prevented = "the gate is closed" }, Hour);

        Assert.Equal(["TurnsSoon Raised", "AtRisk Raised"], clock.Story);
    }

    [Fact]
    public void A_verdict_that_passes_the_threshold_back_and_forth_is_reported_once()
    {
        var clock = new AlertClock();
        for (var i = 0; i < 20; i++)
            clock.Run(AtRisk, TimeSpan.FromMinutes(3)).Run(Healthy, TimeSpan.FromMinutes(3));

        Assert.Equal(["AtRisk Raised"], clock.Story);
    }

    [Fact]
    public void A_gate_that_opens_for_moments_only_adds_up()
    {
        var clock = new AlertClock();
        for (var i = 0; i < 10; i++)
            clock.Run(TurnsSoon, TimeSpan.FromMinutes(8)).Run(TurnsSoon with { Prevented = null }, TimeSpan.FromMinutes(2));

        Assert.Equal(["TurnsSoon Raised"], clock.Story);
    }

    [Fact]
    public void A_peer_is_reported_after_a_quarter_of_an_hour_and_when_it_is_back()
    {
        var clock = new AlertClock { Fleet = AlertClock.FleetOf("no answer within 2 s") }.Run(Healthy, TimeSpan.FromMinutes(14));
        Assert.Empty(clock.Sent);

        clock.Run(Healthy, TimeSpan.FromMinutes(2));
        var raised = Assert.Single(clock.Sent);
        Assert.Equal(("vm1: vm2 does not answer", "vm2", AlertSeverity.Critical), (raised.Title, raised.Subject, raised.Severity));
        Assert.Contains("verdict SAFE", raised.Message, StringComparison.Ordinal);

        clock.Fleet = AlertClock.FleetOf(null);
        clock.Run(Healthy, TimeSpan.FromMinutes(5));
        Assert.Equal("vm1: vm2 answers again", clock.Sent[^1].Title);
    }

    [Fact]
    public void One_answer_of_a_peer_starts_its_silence_from_zero()
    {
        var clock = new AlertClock();
        for (var i = 0; i < 5; i++)
        {
            clock.Fleet = AlertClock.FleetOf("connection refused");
            clock.Run(Healthy, TimeSpan.FromMinutes(12));
            clock.Fleet = AlertClock.FleetOf(null);
            clock.Run(Healthy, TimeSpan.FromMinutes(1));
        }

        Assert.Empty(clock.Sent);
    }

    [Fact]
    public void A_peer_that_is_no_longer_set_ends_without_a_word()
    {
        var clock = new AlertClock { Fleet = AlertClock.FleetOf("connection refused") }.Run(Healthy, Hour);
        clock.Fleet = null;
        clock.Run(Healthy, Hour);

        Assert.Equal(["PeerSilent Raised"], clock.Story);
        Assert.Empty(clock.State.Raised);
    }

    [Fact]
    public void A_failing_channel_is_reported_to_the_others_only()
    {
        var clock = new AlertClock { Channels = [AlertClock.Channel("HTTP 500")] }.Run(Healthy, TimeSpan.FromMinutes(59));
        Assert.Empty(clock.Sent);

        clock.Run(Healthy, TimeSpan.FromMinutes(2));
        Assert.Equal("ntfy-1", Assert.Single(clock.Sent).Except);
        Assert.Empty(ChannelState.Of("ntfy-1", "").Add(clock.Sent[0]).Waiting);
        Assert.Single(ChannelState.Of("ntfy-2", "").Add(clock.Sent[0]).Waiting);

        clock.Channels = [AlertClock.Channel(null)];
        clock.Run(Healthy, TimeSpan.FromMinutes(1));
        Assert.Equal("ChannelFailing Recovered", clock.Story.Last());
    }

    [Fact]
    public void A_suspend_is_not_taken_for_an_observation()
    {
        var decision = AlertPolicy.Decide(AlertState.Empty, new AlertInput(AlertClock.Noon, TimeSpan.FromHours(9), "vm1", Unhealthy, null, []));

        Assert.Empty(decision.Notifications);
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_postpone_the_reminder()
    {
        var clock = new AlertClock().Run(AtRisk, Hour);
        clock.Now -= TimeSpan.FromDays(365);
        clock.Run(AtRisk, TimeSpan.FromHours(25));

        Assert.Equal(["AtRisk Raised", "AtRisk Reminder"], clock.Story);
    }

    [Fact]
    public void Texts_are_ASCII_of_one_line_and_name_the_VM()
    {
        var clock = new AlertClock().Run(Unhealthy with { Checks = ["weiß\nnicht", "https://h.example/SECRET"] }, Hour);

        var sent = Assert.Single(clock.Sent);
        Assert.StartsWith("vm1: ", sent.Title, StringComparison.Ordinal);
        Assert.All(sent.Title + sent.Message, c => Assert.InRange(c, ' ', '~'));
        Assert.DoesNotContain("SECRET", sent.Message, StringComparison.Ordinal);
    }
}
