using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Health;

public sealed class HealthPolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private static readonly HealthState Well = new(
        Noon.AddHours(-1), Sample(Noon), new Averages(),
        new StoreStatus("metrics.db", 1, Noon, ByteSize.Zero, null, null, null, null),
        Controller(Noon, VerdictKind.Safe));

    [Fact]
    public void All_is_well_when_everyone_spoke_lately() =>
        Assert.Equal((HealthStatus.Healthy, "all_systems_operational"), Read(Well, Noon));

    [Fact]
    public void A_start_is_healthy_until_the_first_sample_is_overdue()
    {
        var starting = new HealthState(Noon);

        Assert.Equal((HealthStatus.Healthy, "all_systems_operational"), Read(starting, Noon.AddSeconds(14)));
        Assert.Equal((HealthStatus.Unhealthy, "sampler_silent,controller_silent"), Read(starting, Noon.AddSeconds(16)));
    }

    [Fact]
    public void Without_samples_the_machine_is_not_protected() =>
        Assert.Equal((HealthStatus.Unhealthy, "sampler_silent,controller_silent"), Read(Well, Noon.AddSeconds(16)));

    [Fact]
    public void An_unreadable_CPU_is_unhealthy_and_unreadable_memory_degraded()
    {
        Assert.Equal((HealthStatus.Unhealthy, "cpu_unreadable"), Read(Well with { Sample = Sample(Noon) with { Cpu = null } }, Noon));
        Assert.Equal((HealthStatus.Degraded, "memory_unreadable"), Read(Well with { Sample = Sample(Noon) with { Memory = null } }, Noon));
    }

    [Fact]
    public void A_gate_that_is_closed_for_want_of_readings_protects_nothing()
    {
        var blind = Controller(Noon, VerdictKind.Unknown) with
        {
            Gate = new GateDecision(GatePosition.Closed, 0, GateCauses.MissingReading | GateCauses.LoadAverage, null),
        };

        Assert.Equal(
            (HealthStatus.Unhealthy, "gate_closed_without_readings,memory_unreadable"),
            Read(Well with { Sample = Sample(Noon) with { Memory = null }, Controller = blind }, Noon));
    }

    [Fact]
    public void A_clock_that_was_never_set_is_unhealthy()
    {
        var dawn = new DateTimeOffset(1970, 1, 1, 0, 5, 0, TimeSpan.Zero);

        Assert.Equal(
            (HealthStatus.Unhealthy, "clock_not_set"),
            Read(Well with { Sample = Sample(dawn), Controller = Controller(dawn, VerdictKind.Unknown) }, dawn));
    }

    [Fact]
    public void A_failing_journal_and_a_failing_store_are_degraded_not_unhealthy()
    {
        Assert.Equal(
            (HealthStatus.Degraded, "journal_failing"),
            Read(Well with { Controller = Controller(Noon, VerdictKind.Safe) with { Problem = "disk full" } }, Noon));
        Assert.Equal((HealthStatus.Degraded, "samples_not_stored"), Read(Well with { Store = Well.Store! with { Problem = "disk full" } }, Noon));
    }

    [Fact]
    public void A_VM_at_risk_is_degraded_and_one_not_yet_known_is_not()
    {
        Assert.Equal((HealthStatus.Degraded, "vm_at_risk"), Read(Well with { Controller = Controller(Noon, VerdictKind.AtRisk) }, Noon));
        Assert.Equal(HealthStatus.Healthy, Read(Well with { Controller = Controller(Noon, VerdictKind.Unknown) }, Noon).Status);
    }

    private static (HealthStatus Status, string Checks) Read(HealthState state, DateTimeOffset now)
    {
        var verdict = HealthPolicy.Decide(state, Period, now);
        return (verdict.Status, string.Join(",", verdict.Checks));
    }

    private static Sample Sample(DateTimeOffset at) => new(
        at, Period, 2,
        new CpuReading(Percent.Of(20), Percent.Of(20), Percent.Zero, Percent.Zero, Percent.Zero),
        new MemoryReading(ByteSize.FromMiB(1000), ByteSize.FromMiB(500), ByteSize.FromMiB(600), default, default, default, default),
        null, new LoadReading(0.1, 0.1, 0.1, 0));

    private static ControllerStatus Controller(DateTimeOffset at, VerdictKind verdict) => new(
        at, CpuStrategy.Slots, ControllerState.Maintaining, SlotKind.Baseline, 6.5, CpuPlan.Idle(at), null,
        default, default, default, 0,
        new Verdict(verdict, null, null, null, null, null, null, TimeSpan.Zero, 0, null), default, null, null);
}
