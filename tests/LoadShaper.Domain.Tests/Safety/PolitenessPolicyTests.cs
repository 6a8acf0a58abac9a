using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

public class PolitenessPolicyTests
{
    private static readonly CpuGroup Container = new(2, IsRoot: false, Weight: 1, IsIdle: false, Quota: null);
    private static readonly CpuGroup Root = new(2, IsRoot: true, Weight: null, IsIdle: false, Quota: null);

    private static PolitenessReport Decide(CpuGroup? group, int? sessionNice = null, bool leadsSession = false) =>
        PolitenessPolicy.Decide(new PolitenessInput(group, sessionNice, leadsSession, CpuCount: 2, HighestIntensity: 35));

    [Fact]
    public void The_lowest_weight_or_an_idle_group_is_polite()
    {
        Assert.Equal(PolitenessVerdict.Polite, Decide(Container).Verdict);
        Assert.Equal(PolitenessVerdict.Polite, Decide(Container with { Weight = 100, IsIdle = true }).Verdict);
        Assert.Empty(Decide(Container).Findings);
    }

    [Fact]
    public void A_default_weight_is_impolite_and_the_finding_says_what_to_set_where()
    {
        var report = Decide(Container with { Weight = 100 });

        Assert.Equal(PolitenessVerdict.Impolite, report.Verdict);
        var finding = Assert.Single(report.Findings);
        Assert.Contains("50 %", finding.Problem);
        Assert.Contains("cpu_shares: 2", finding.Remedy);
        Assert.Contains("BestEffort", finding.Remedy);
        Assert.Contains("CPUWeight=idle", finding.Remedy);
    }

    [Fact]
    public void The_lowest_rank_inside_a_group_of_default_weight_holds_only_there()
    {
        var report = Decide(Container with { Around = 100 });

        Assert.Equal(PolitenessVerdict.Impolite, report.Verdict);
        Assert.Contains("Slice=loadshaper.slice", Assert.Single(report.Findings).Remedy);
        Assert.Equal(PolitenessVerdict.Polite, Decide(Container with { Around = 1 }).Verdict);
        Assert.Equal(PolitenessVerdict.Polite, Decide(Container with { Around = 0 }).Verdict);
    }

    [Fact]
    public void A_group_that_cannot_be_read_is_unknown_not_polite()
    {
        Assert.Equal(PolitenessVerdict.Unknown, Decide(null).Verdict);
        Assert.Equal(PolitenessVerdict.Unknown, Decide(Container with { Weight = null }).Verdict);
    }

    [Fact]
    public void In_the_root_group_a_session_of_its_own_is_lowered_and_a_shared_one_is_a_finding()
    {
        Assert.Equal(PolitenessVerdict.Polite, Decide(Root).Verdict);
        Assert.True(Decide(Root, sessionNice: 0, leadsSession: true) is { LowerSession: true, Verdict: PolitenessVerdict.Polite });
        Assert.True(Decide(Root, sessionNice: 0) is { LowerSession: false, Verdict: PolitenessVerdict.Impolite });
        Assert.True(Decide(Root, sessionNice: 19) is { LowerSession: false, Verdict: PolitenessVerdict.Polite });
    }

    [Fact]
    public void Sessions_matter_only_in_the_root_group()
    {
        Assert.True(Decide(Container, sessionNice: 0, leadsSession: true) is { LowerSession: false, Verdict: PolitenessVerdict.Polite });
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.7, 0)]
    public void A_limit_below_the_highest_intensity_is_a_finding(double quota, int findings)
    {
        Assert.Equal(findings, Decide(Container with { Quota = quota }).Findings.Count);
    }
}
