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

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly HealthState Well = new HealthState(
        Store: new StoreStatus("metrics.db", 1, Noon, ByteSize.Zero, null, null, null, null))
        .Apply(Sample(Noon), TimeSpan.FromMinutes(5), Hour)
        .Apply(Controller(Noon, VerdictKind.Safe), Hour);

    [Fact]
    public void All_is_well_when_every_actor_reported_recently() =>
        Assert.Equal((HealthStatus.Healthy, "all_systems_operational"), Read(Well, Hour));

    [Fact]
    public void A_start_is_healthy_until_the_first_sample_is_overdue()
    {
        var starting = new HealthState();

        Assert.Equal((HealthStatus.Healthy, "all_systems_operational"), Read(starting, TimeSpan.FromSeconds(14)));
        Assert.Equal((HealthStatus.Unhealthy, "sampler_silent,controller_silent"), Read(starting, TimeSpan.FromSeconds(16)));
    }

    [Fact]
    public void Without_samples_the_machine_is_not_protected() =>
        Assert.Equal((HealthStatus.Unhealthy, "sampler_silent,controller_silent"), Read(Well, Hour + TimeSpan.FromSeconds(16)));

    [Fact]
    public void An_unreadable_CPU_is_unhealthy_and_unreadable_memory_degraded()
    {
        Assert.Equal((HealthStatus.Unhealthy, "cpu_unreadable"), Read(Well with { Sample = Sample(Noon) with { Cpu = null } }, Hour));
        Assert.Equal((HealthStatus.Degraded, "memory_unreadable"), Read(Well with { Sample = Sample(Noon) with { Memory = null } }, Hour));
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
            Read(Well with { Sample = Sample(Noon) with { Memory = null }, Controller = blind }, Hour));
    }

    [Fact]
    public void A_clock_that_was_never_set_is_unhealthy()
    {
        var dawn = new DateTimeOffset(1970, 1, 1, 0, 5, 0, TimeSpan.Zero);

        Assert.Equal(
            (HealthStatus.Unhealthy, "clock_not_set"),
            Read(Well with { Sample = Sample(dawn), Controller = Controller(dawn, VerdictKind.Unknown) }, Hour));
    }

    [Fact]
    public void A_failing_journal_and_a_failing_store_are_degraded_not_unhealthy()
    {
        Assert.Equal(
            (HealthStatus.Degraded, "journal_failing"),
            Read(Well with { Controller = Controller(Noon, VerdictKind.Safe) with { Problem = "disk full" } }, Hour));
        Assert.Equal((HealthStatus.Degraded, "samples_not_stored"), Read(Well with { Store = Well.Store! with { Problem = "disk full" } }, Hour));
    }

    [Fact]
    public void A_VM_at_risk_is_degraded_and_one_not_yet_known_is_not()
    {
        Assert.Equal((HealthStatus.Degraded, "vm_at_risk"), Read(Well with { Controller = Controller(Noon, VerdictKind.AtRisk) }, Hour));
        Assert.Equal(HealthStatus.Healthy, Read(Well with { Controller = Controller(Noon, VerdictKind.Unknown) }, Hour).Status);
    }

    [Theory]
    [InlineData(-86_400)]
    [InlineData(-3_600)]
    [InlineData(7_200)]
    public void A_step_of_the_clock_changes_no_age(double seconds)
    {
        var stepped = Noon.AddSeconds(seconds);
        var state = Well.Apply(Sample(stepped), TimeSpan.FromMinutes(5), Hour).Apply(Controller(stepped, VerdictKind.Safe), Hour);

        Assert.Equal(HealthStatus.Healthy, Read(state, Hour + TimeSpan.FromSeconds(10)).Status);
        Assert.Equal((HealthStatus.Unhealthy, "sampler_silent,controller_silent"), Read(state, Hour + TimeSpan.FromSeconds(16)));
    }

    [Fact]
    public void A_gate_that_one_contradicted_signal_holds_closed_is_degraded()
    {
        var stuck = new StuckSignal(GateCauses.MemoryPressure, Hour, new GateInput(Noon, null, null, Percent.Of(99), null, Percent.Of(40), null));
        var state = Well with { Controller = Controller(Noon, VerdictKind.Safe) with { Stuck = stuck } };

        Assert.Equal((HealthStatus.Degraded, "gate_held_by_one_signal"), Read(state, Hour));
        Assert.Equal(VerdictOutlook.Falling, state.Controller.Outlook);
        Assert.Equal(VerdictOutlook.Holding, Well.Controller!.Outlook);
    }

    [Fact]
    public void Impossible_counters_are_degraded_while_they_last_and_counted()
    {
        var state = Well.Apply(Sample(Noon) with { Impossible = ImpossibleCounters.Steal }, TimeSpan.FromMinutes(5), Hour);
        var after = state.Apply(Sample(Noon), TimeSpan.FromMinutes(5), Hour);

        Assert.Equal((HealthStatus.Degraded, "impossible_counters"), Read(state, Hour));
        Assert.Equal(HealthStatus.Healthy, Read(after, Hour).Status);
        Assert.Equal(1, after.ImpossibleSamples);
    }

    [Fact]
    public void A_second_keeper_is_degraded() =>
        Assert.Equal((HealthStatus.Degraded, "another_keeper"), Read(Well with { Host = new HostStatus(OtherKeeper: "process 7") }, Hour));

    [Theory]
    [InlineData(PolitenessSubject.Rank, HealthStatus.Degraded, "impolite")]
    [InlineData(PolitenessSubject.CpuLimit, HealthStatus.Degraded, "cpu_limit_below_target")]
    [InlineData(PolitenessSubject.UnknownRank, HealthStatus.Healthy, "cpu_rank_unknown")]
    public void A_finding_about_politeness_is_degraded_where_a_promise_is_at_stake(PolitenessSubject subject, HealthStatus status, string check) =>
        Assert.Equal((status, check), Read(Well with { Politeness = Report(subject) }, Hour));

    [Fact]
    public void A_CPU_limit_does_not_matter_while_memory_protects()
    {
        var state = Well with
        {
            Controller = Controller(Noon, VerdictKind.Safe) with { Levers = new Levers(Cpu: false, Memory: true) },
            Politeness = Report(PolitenessSubject.CpuLimit),
        };

        Assert.Equal((HealthStatus.Healthy, "cpu_limit_below_target"), Read(state, Hour));
    }

    [Fact]
    public void Findings_of_one_kind_are_one_check_after_the_more_serious_ones()
    {
        var report = Report(PolitenessSubject.UnknownRank, PolitenessSubject.CpuLimit, PolitenessSubject.CpuLimit);
        var state = Well with { Politeness = report, Store = Well.Store! with { Problem = "disk full" } };

        Assert.Equal((HealthStatus.Degraded, "samples_not_stored,cpu_limit_below_target,cpu_rank_unknown"), Read(state, Hour));
    }

    [Fact]
    public void A_lost_journal_is_a_finding_of_a_healthy_daemon() =>
        Assert.Equal(
            (HealthStatus.Healthy, "journal_loss"),
            Read(Well with { Controller = Controller(Noon, VerdictKind.Safe) with { JournalLoss = "moved aside" } }, Hour));

    private static PolitenessReport Report(params PolitenessSubject[] subjects) =>
        new(PolitenessVerdict.Unknown, [.. subjects.Select(subject => new PolitenessFinding(subject, "problem", "fix"))], false);

    private static (HealthStatus Status, string Checks) Read(HealthState state, TimeSpan uptime)
    {
        var verdict = HealthPolicy.Decide(state, Period, uptime);
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
