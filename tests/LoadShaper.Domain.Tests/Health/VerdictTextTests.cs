using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Tests.Sampling;
using Xunit;

namespace LoadShaper.Domain.Tests.Health;

public sealed class VerdictTextTests
{
    private static readonly DateTimeOffset Turns = new(2026, 12, 4, 8, 0, 0, TimeSpan.Zero);

    private static readonly Verdict Safe = new(VerdictKind.Safe, IdleMetric.Cpu, 4.5, 24.5, 24.5, null, null, TimeSpan.Zero, 0, Turns);

    [Fact]
    public void Safe_names_the_time_at_which_it_would_end() =>
        Assert.Equal("Safe. If LoadShaper stopped now, this VM would become reclaimable on 4 December at 08:00 UTC.", Headline(Safe));

    [Fact]
    public void Safe_that_cannot_be_kept_says_so() =>
        Assert.Equal(
            "Safe until 4 December at 08:00 UTC. LoadShaper cannot add load now; without a fix this VM becomes reclaimable then.",
            Headline(Safe, VerdictOutlook.Falling));

    [Theory]
    [InlineData(120, "120 more minutes at or above 20 % are needed.")]
    [InlineData(1, "1 more minute at or above 20 % is needed.")]
    public void At_risk_says_what_is_missing(int needed, string end) =>
        Assert.Equal(
            $"At risk. Every metric that counts is under Oracle's threshold of 20 %: Oracle may reclaim this VM. {end}",
            Headline(new Verdict(VerdictKind.AtRisk, null, -15, 5, 5, null, null, TimeSpan.Zero, needed, null)));

    [Theory]
    [InlineData(0.123 * 168, "12 % of seven days seen")]
    [InlineData(167.99, "99 % of seven days seen")]
    [InlineData(0.7, "0.4 % of seven days seen")]
    public void Unknown_says_how_much_was_seen(double hours, string seen) =>
        Assert.Equal(
            $"Not known yet: {seen}. 300 more minutes at or above 20 % are needed.",
            Headline(new Verdict(VerdictKind.Unknown, null, -20, 23, 0, null, null, TimeSpan.FromHours(168 - hours), 300, null)));

    [Fact]
    public void Unknown_with_enough_minutes_says_until_when_they_last() =>
        Assert.Equal(
            "Not known yet: 50 % of seven days seen. What was seen is enough so far. If LoadShaper stopped now, this VM would become reclaimable on 4 December at 08:00 UTC.",
            Headline(Safe with { Kind = VerdictKind.Unknown, Missing = TimeSpan.FromDays(3.5) }));

    [Fact]
    public void Before_the_first_verdict_nothing_is_promised()
    {
        Assert.Equal("Not known yet. LoadShaper has started and has not judged this VM so far.", VerdictText.Headline(IdleRule.Oracle, null, null));
        Assert.Null(VerdictText.Reason(IdleRule.Oracle, null));
        Assert.Equal(0, VerdictText.SeenRatio(IdleRule.Oracle, null));
    }

    [Fact]
    public void Without_decisions_the_last_verdict_is_not_the_present_one()
    {
        Assert.Equal(
            "Not known: LoadShaper has decided nothing since 28 November at 12:03 UTC. By its last verdict this VM becomes reclaimable on 4 December at 08:00 UTC without more load.",
            VerdictText.Silent(Safe, new DateTimeOffset(2026, 11, 28, 12, 3, 0, TimeSpan.Zero)));
        Assert.Equal("Not known: LoadShaper has started and decides nothing.", VerdictText.Silent(null, null));
    }

    [Fact]
    public void The_reason_names_the_metric_and_its_margin()
    {
        Assert.Equal("CPU protects this VM: 4.50 points above Oracle's threshold of 20 %.", VerdictText.Reason(IdleRule.Oracle, Safe));
        Assert.Equal(
            "The highest metric is 15.00 points under Oracle's threshold of 20 %.",
            VerdictText.Reason(IdleRule.Oracle, new Verdict(VerdictKind.AtRisk, null, -15, 5, 5, null, null, TimeSpan.Zero, 0, null)));
    }

    [Fact]
    public void The_time_comes_from_the_minutes_that_were_seen()
    {
        // Nine hours at 40 % on the seventh day: they leave the window seven days later, hour by hour.
        var observer = new CpuObserver(new CpuSettings(), ShapeFamily.E2);
        const int day = 24 * 60;
        observer.Restore(Enumerable.Range(0, 8 * day).Select(minute => Minutes.At(minute, minute is >= 7 * day and < 7 * day + 9 * 60 ? 40 : 2)));
        var verdict = VerdictPolicy.Decide(IdleRule.Oracle, ShapeFamily.E2, observer.VerdictInputAt(Minutes.Monday.AddDays(8), null, null));

        // Monday 5 January and 14 days: from one hour later on, eight hours at the threshold are left, and nine are needed.
        Assert.Equal(
            "Safe. If LoadShaper stopped now, this VM would become reclaimable on 19 January at 01:00 UTC.",
            VerdictText.Headline(IdleRule.Oracle, verdict, VerdictOutlook.Holding));
    }

    private static string Headline(Verdict verdict, VerdictOutlook outlook = VerdictOutlook.Holding) =>
        VerdictText.Headline(IdleRule.Oracle, verdict, outlook);
}
