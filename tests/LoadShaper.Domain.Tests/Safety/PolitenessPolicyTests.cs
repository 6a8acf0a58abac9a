using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

public class PolitenessPolicyTests
{
    private static readonly CpuGroup Lowest = new("/loadshaper.slice/loadshaper.service", Weight: 1, IsIdle: false);
    private static readonly CpuGroup Slice = new("/loadshaper.slice", Weight: 1, IsIdle: true);
    private static readonly CpuGroup SystemSlice = new("/system.slice", Weight: 100, IsIdle: false);

    private static PolitenessReport Decide(CpuGroup[]? groups, bool seesRoot = true, int? sessionNice = null, bool leadsSession = false) =>
        PolitenessPolicy.Decide(new PolitenessInput(groups, seesRoot, sessionNice, leadsSession, CpuCount: 2, HighestIntensity: 35));

    [Fact]
    public void A_top_level_slice_of_the_lowest_weight_or_idle_is_polite()
    {
        Assert.Equal(PolitenessVerdict.Polite, Decide([Lowest, Slice]).Verdict);
        Assert.Equal(PolitenessVerdict.Polite, Decide([Lowest, Slice with { IsIdle = false }]).Verdict);
        Assert.Equal(PolitenessVerdict.Polite, Decide([Lowest with { Weight = 100, IsIdle = true }, Slice]).Verdict);
        Assert.Empty(Decide([Lowest, Slice]).Findings);
    }

    [Fact]
    public void Alone_in_a_low_slice_the_weight_of_the_unit_does_not_matter()
    {
        Assert.Equal(PolitenessVerdict.Polite, Decide([Lowest with { Weight = 100, HasSiblings = false }, Slice]).Verdict);
        Assert.Equal(PolitenessVerdict.Impolite, Decide([Lowest with { Weight = 100, HasSiblings = true }, Slice]).Verdict);
    }

    [Fact]
    public void The_lowest_rank_inside_a_slice_of_default_weight_holds_only_there_and_the_finding_says_so()
    {
        var report = Decide([Lowest, SystemSlice]);

        Assert.Equal(PolitenessVerdict.Impolite, report.Verdict);
        var finding = Assert.Single(report.Findings);
        Assert.Contains("only inside /system.slice of weight 100", finding.Problem);
        Assert.Contains("50 %", finding.Problem);
    }

    [Fact]
    public void A_group_in_the_middle_counts_against_its_siblings()
    {
        var report = Decide([Lowest, SystemSlice with { Name = "/loadshaper.slice/inner.slice" }, Slice]);

        Assert.Equal(PolitenessVerdict.Impolite, report.Verdict);
        Assert.Contains("/loadshaper.slice/inner.slice", Assert.Single(report.Findings).Problem);
    }

    [Fact]
    public void A_default_weight_is_impolite_and_the_finding_says_what_to_set_where()
    {
        var report = Decide([SystemSlice with { Name = "/", HasSiblings = true }], seesRoot: false);

        Assert.Equal(PolitenessVerdict.Impolite, report.Verdict);
        var finding = Assert.Single(report.Findings);
        Assert.Contains("50 %", finding.Problem);
        foreach (var way in new[] { "systemd: `Slice=loadshaper.slice`", "CPUWeight=idle", "cgroup_parent: loadshaper.slice", "cpu_shares: 2", "Quadlet", "BestEffort" })
            Assert.Contains(way, finding.Remedy);
    }

    [Fact]
    public void Inside_a_namespace_that_hides_the_groups_above_the_answer_is_unknown_and_never_polite()
    {
        var report = Decide([Lowest with { Name = "/" }], seesRoot: false);

        Assert.Equal(PolitenessVerdict.Unknown, report.Verdict);
        var finding = Assert.Single(report.Findings);
        Assert.Contains("cannot see above this control group", finding.Problem);
        foreach (var way in new[] { "systemctl show", "cgroup: host", "Quadlet", "BestEffort" })
            Assert.Contains(way, finding.Remedy);
    }

    [Fact]
    public void A_request_is_never_advised()
    {
        foreach (var report in new[] { Decide(null), Decide([SystemSlice]), Decide([Lowest, SystemSlice]), Decide([Lowest], seesRoot: false) })
            Assert.DoesNotContain("requests.cpu", Assert.Single(report.Findings).Remedy);
    }

    [Fact]
    public void A_group_that_cannot_be_read_is_unknown_not_polite()
    {
        Assert.Equal(PolitenessVerdict.Unknown, Decide(null).Verdict);
        Assert.Equal(PolitenessVerdict.Unknown, Decide([Lowest, Slice with { Weight = null, IsIdle = false }]).Verdict);
        Assert.Contains("/loadshaper.slice,", Assert.Single(Decide([Lowest, Slice with { Weight = null, IsIdle = false }]).Findings).Problem);
        Assert.Equal(PolitenessVerdict.Polite, Decide([Lowest, Slice with { Weight = null, IsIdle = true }]).Verdict);
    }

    [Fact]
    public void In_the_root_group_a_session_of_its_own_is_lowered_and_a_shared_one_is_a_finding()
    {
        Assert.Equal(PolitenessVerdict.Polite, Decide([]).Verdict);
        Assert.True(Decide([], sessionNice: 0, leadsSession: true) is { LowerSession: true, Verdict: PolitenessVerdict.Polite });
        Assert.True(Decide([], sessionNice: 0) is { LowerSession: false, Verdict: PolitenessVerdict.Impolite });
        Assert.True(Decide([], sessionNice: 19) is { LowerSession: false, Verdict: PolitenessVerdict.Polite });
    }

    [Fact]
    public void Sessions_matter_only_in_the_root_group()
    {
        Assert.True(Decide([Lowest, Slice], sessionNice: 0, leadsSession: true) is { LowerSession: false, Verdict: PolitenessVerdict.Polite });
    }

    [Theory]
    [InlineData(0.5, null, 1)]
    [InlineData(0.7, null, 0)]
    [InlineData(null, 0.5, 1)]
    [InlineData(0.9, 0.5, 1)]
    public void The_lowest_limit_of_all_groups_counts_and_is_a_finding_below_the_highest_intensity(double? inner, double? outer, int findings)
    {
        var report = Decide([Lowest with { Quota = inner }, Slice with { Quota = outer }]);

        Assert.Equal(findings, report.Findings.Count);
        Assert.All(report.Findings, finding => Assert.Contains("limits.cpu", finding.Remedy));
        Assert.Equal(PolitenessVerdict.Polite, report.Verdict);
    }
}
