using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Health;

/// <summary>What keeps LoadShaper from adding load.</summary>
public sealed class ConditionPolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly HealthVerdict Healthy = new(HealthStatus.Healthy, ["all_systems_operational"]);

    [Fact]
    public void Nothing_prevents_an_open_gate() => Assert.Null(ConditionPolicy.Of(State(GatePosition.Open), Healthy).Prevented);

    [Fact]
    public void A_gate_held_by_the_load_average_leaves_what_the_rule_needs() =>
        Assert.Null(ConditionPolicy.Of(State(GatePosition.HeldByLoadAverage, GateCauses.LoadAverage), Healthy).Prevented);

    [Fact]
    public void A_closed_gate_is_named_with_its_causes() => Assert.Equal(
        "the gate is closed (other processes' CPU, memory use)",
        ConditionPolicy.Of(State(GatePosition.Closed, GateCauses.MemoryUse | GateCauses.ForeignCpu), Healthy).Prevented);

    [Fact]
    public void Traffic_protects_behind_a_closed_gate() =>
        Assert.Null(ConditionPolicy.Of(State(GatePosition.Closed, GateCauses.MemoryUse, IdleMetric.Network), Healthy).Prevented);

    [Fact]
    public void Memory_that_is_not_held_does_not() =>
        Assert.NotNull(ConditionPolicy.Of(State(GatePosition.Closed, GateCauses.MemoryUse, IdleMetric.Memory), Healthy).Prevented);

    [Fact]
    public void An_unhealthy_daemon_and_an_unavailable_journal_prevent_it()
    {
        Assert.Equal("sampler_silent", ConditionPolicy.Of(new HealthState(), new HealthVerdict(HealthStatus.Unhealthy, ["sampler_silent"])).Prevented);
        var state = State(GatePosition.Open);
        Assert.Equal("the journal is unavailable: disk full", ConditionPolicy.Of(state with { Controller = state.Controller! with { Problem = "disk full" } }, Healthy).Prevented);
    }

    [Fact]
    public void A_target_that_the_usable_CPUs_cannot_reach_prevents_it()
    {
        var burn = new BurnReport(Noon, null, Percent.Zero, GatePosition.Open, [], TimeSpan.Zero);

        Assert.NotNull(ConditionPolicy.Of(State(GatePosition.Open) with { Burn = burn }, Healthy).Prevented);
        Assert.Null(ConditionPolicy.Of(State(GatePosition.Open) with { Burn = burn with { Aim = Percent.Of(25) } }, Healthy).Prevented);
    }

    private static HealthState State(GatePosition position, GateCauses causes = GateCauses.None, IdleMetric savedBy = IdleMetric.Cpu) => new(
        Controller: new ControllerStatus(
            Noon, CpuStrategy.Slots, ControllerState.Maintaining, SlotKind.High, 6.5, new CpuPlan(Percent.Of(25), Noon.AddMinutes(1)),
            new GateDecision(position, 1, causes, null), default, default, default, 10_080,
            new Verdict(VerdictKind.Safe, savedBy, 4, 24, 24, null, null, TimeSpan.Zero, 0, Noon.AddHours(20)), default, null, null));
}
