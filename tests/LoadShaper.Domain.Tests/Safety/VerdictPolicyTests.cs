using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

public class VerdictPolicyTests
{
    private static readonly VerdictInput Watched = new(
        new DateTimeOffset(2026, 1, 19, 10, 20, 0, TimeSpan.Zero), Cpu: 25, CpuPessimistic: 24, CpuHolds: 30,
        Memory: 30, Network: 1, Watched: TimeSpan.FromDays(9), Missing: TimeSpan.FromHours(2), MinutesNeeded: 0);

    [Fact]
    public void A_machine_with_one_metric_above_the_threshold_is_safe()
    {
        var verdict = Judge(ShapeFamily.E2, Watched);

        Assert.Equal(VerdictKind.Safe, verdict.Kind);
        Assert.Equal(IdleMetric.Cpu, verdict.SavedBy);
        Assert.Equal(4, verdict.Margin);
    }

    [Fact]
    public void It_says_when_it_would_turn() =>
        Assert.Equal(new DateTimeOffset(2026, 1, 20, 17, 0, 0, TimeSpan.Zero), Judge(ShapeFamily.E2, Watched).TurnsAt);

    [Fact]
    public void It_turns_when_the_last_metric_that_saves_does()
    {
        // A mean of 30 is one of 20 when a third of the seven days has left the window, at 18:20; of 21, a third of a day.
        Assert.Equal(new DateTimeOffset(2026, 1, 21, 19, 0, 0, TimeSpan.Zero), Judge(ShapeFamily.A1, Watched).TurnsAt);
        Assert.Equal(new DateTimeOffset(2026, 1, 20, 17, 0, 0, TimeSpan.Zero), Judge(ShapeFamily.A1, Watched with { Memory = 21 }).TurnsAt);
        Assert.Equal(new DateTimeOffset(2026, 1, 19, 19, 0, 0, TimeSpan.Zero), Judge(ShapeFamily.A1, Watched with { Memory = 21, CpuPessimistic = 19, CpuHolds = null }).TurnsAt);
    }

    [Fact]
    public void Memory_saves_on_A1_only()
    {
        var input = Watched with { Cpu = 5, CpuPessimistic = 5 };

        Assert.Equal(IdleMetric.Memory, Judge(ShapeFamily.A1, input).SavedBy);
        var onE2 = Judge(ShapeFamily.E2, input);
        Assert.Equal(VerdictKind.AtRisk, onE2.Kind);
        Assert.Null(onE2.SavedBy);
        Assert.Null(onE2.Memory);
        Assert.Null(onE2.TurnsAt);
        Assert.Equal(-15, onE2.Margin);
    }

    [Fact]
    public void The_metric_with_the_widest_margin_is_named() =>
        Assert.Equal(IdleMetric.Network, Judge(ShapeFamily.A1, Watched with { Network = 60 }).SavedBy);

    [Fact]
    public void Exactly_the_threshold_is_safe_and_a_hundredth_less_is_not()
    {
        Assert.Equal(VerdictKind.Safe, Judge(ShapeFamily.E2, Watched with { Cpu = 20, CpuPessimistic = 20 }).Kind);
        Assert.Equal(VerdictKind.AtRisk, Judge(ShapeFamily.E2, Watched with { Cpu = 19.99, CpuPessimistic = 19.99 }).Kind);
    }

    [Fact]
    public void Before_seven_days_are_seen_nothing_is_said()
    {
        var verdict = Judge(ShapeFamily.E2, Watched with { Watched = TimeSpan.FromDays(6.9), Missing = TimeSpan.FromHours(3) });

        Assert.Equal(VerdictKind.Unknown, verdict.Kind);
        Assert.Equal(TimeSpan.FromHours(3), verdict.Missing);
        Assert.Equal(25, verdict.Cpu);
        Assert.Equal(24, verdict.CpuPessimistic);
    }

    [Fact]
    public void A_gap_that_could_make_the_difference_leaves_it_unknown() =>
        Assert.Equal(VerdictKind.Unknown, Judge(ShapeFamily.E2, Watched with { Cpu = 24, CpuPessimistic = 3 }).Kind);

    [Fact]
    public void A_machine_that_nothing_is_known_of_is_unknown()
    {
        var verdict = Judge(ShapeFamily.E2, Watched with { Cpu = null, CpuPessimistic = null, Network = null, Watched = TimeSpan.Zero });

        Assert.Equal(VerdictKind.Unknown, verdict.Kind);
        Assert.Null(verdict.Margin);
    }

    [Fact]
    public void The_rule_is_data() =>
        Assert.Equal(VerdictKind.AtRisk, VerdictPolicy.Decide(new IdleRule(25.5, 7, 95), ShapeFamily.E2, Watched).Kind);

    private static Verdict Judge(ShapeFamily family, VerdictInput input) => VerdictPolicy.Decide(IdleRule.Oracle, family, input);
}
