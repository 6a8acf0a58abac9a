using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu.Burning;

public class DutyPolicyTests
{
    private static readonly DateTimeOffset Noon = VirtualMachine.Noon;
    private static readonly SamplingSettings Settings = new();
    private static readonly CpuPlan Plan = new(Percent.Of(30), Noon.AddMinutes(1));

    private static Sample SampleOf(double busy, double own, int cpus = 2) => new(
        Noon, TimeSpan.FromSeconds(5), cpus,
        new CpuReading(Percent.Of(busy), Percent.Of(busy), Percent.Zero, Percent.Of(own), Percent.Of(own)), null, null, null);

    private static DutyInput Input(Sample? sample, params double[] runDelays) => new(
        Noon, sample, GatePosition.Open, 1,
        runDelays.Select((delay, id) => new CoreCondition(id, delay)).ToArray());

    private static DutyDecision Decide(DutyInput input) => DutyPolicy.Decide(Settings, DutyState.Start, Plan, input);

    private static double[] Duties(DutyDecision decision) => decision.Duties.Select(duty => Math.Round(duty.Value, 6)).ToArray();

    [Fact]
    public void It_fills_up_to_the_plan_what_foreign_work_leaves()
    {
        Assert.Equal([0.2, 0.2], Duties(Decide(Input(SampleOf(busy: 35, own: 25), 0, 0))));
        Assert.Equal([0, 0], Duties(Decide(Input(SampleOf(busy: 31, own: 0), 0, 0))));
    }

    [Fact]
    public void Fewer_usable_CPUs_carry_the_whole_machine_as_far_as_they_can()
    {
        Assert.Equal([0.6], Duties(Decide(Input(SampleOf(0, 0, cpus: 2), 0))));
        Assert.Equal([1], Duties(Decide(Input(SampleOf(0, 0, cpus: 4), 0))));
    }

    [Fact]
    public void A_core_where_others_come_first_carries_less_and_the_others_more()
    {
        Assert.Equal([0.12, 0.48], Duties(Decide(Input(SampleOf(0, 0), 0.75, 0))));
    }

    [Fact]
    public void A_limit_on_our_control_group_is_kept_clear_of()
    {
        Assert.Equal([0.225, 0.225], Duties(Decide(Input(SampleOf(0, 0), 0, 0) with { Quota = 0.5 })));
    }

    public static TheoryData<string, object> Doubts => new()
    {
        { "no sample yet", Input(null, 0, 0) },
        { "CPU not read", Input(SampleOf(0, 0) with { Cpu = null }, 0, 0) },
        { "sample too old", Input(SampleOf(0, 0) with { At = Noon.AddSeconds(-16) }, 0, 0) },
        { "sample from before the clock was set back", Input(SampleOf(0, 0) with { At = Noon.AddSeconds(16) }, 0, 0) },
        { "plan over", Input(SampleOf(0, 0), 0, 0) with { At = Plan.Until } },
        { "gate closed", Input(SampleOf(0, 0), 0, 0) with { Gate = GatePosition.Closed } },
        { "nothing left", Input(SampleOf(0, 0), 0, 0) with { Scale = 0 } },
    };

    [Theory]
    [MemberData(nameof(Doubts))]
    public void Every_doubt_is_idle(string doubt, object input)
    {
        Assert.True(Decide((DutyInput)input) is { Aim: null, Asked.Value: 0 } decision && decision.Duties.All(duty => duty.IsIdle), doubt);
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(5, 15)]
    [InlineData(60, 30)]
    public void A_decision_holds_for_three_control_periods_within_bounds(double period, double validFor)
    {
        Assert.Equal(TimeSpan.FromSeconds(validFor), DutyPolicy.ValidFor(TimeSpan.FromSeconds(period)));
    }

    [Fact]
    public void A_decision_never_outlives_its_plan()
    {
        var decision = DutyPolicy.Decide(Settings, DutyState.Start, Plan with { Until = Noon.AddSeconds(3) }, Input(SampleOf(0, 0), 0, 0));

        Assert.Equal(TimeSpan.FromSeconds(3), decision.ValidFor);
    }

    public static TheoryData<double, double> Targets => new()
    {
        { 20, 0 }, { 20, 10 }, { 20, 30 }, { 25, 0 }, { 25, 10 }, { 25, 30 }, { 35, 0 }, { 35, 10 }, { 35, 30 },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public void Minute_means_come_within_half_a_point_of_the_target_or_of_foreign_load(double target, double foreign)
    {
        var random = new Random(9);
        var machine = new VirtualMachine(2, _ => foreign + 2 * random.NextDouble() - 1) { Noise = 0.2, Delivered = 0.93 };
        machine.Run(target, 1);

        Assert.All(machine.Run(target, 20), mean => Assert.InRange(mean.Busy - Math.Max(target, foreign), -0.5, 0.5));
    }

    [Fact]
    public void Foreign_load_above_the_target_leaves_nothing_for_us()
    {
        Assert.All(new VirtualMachine(2, _ => 40).Run(35, 3).Skip(1), mean => Assert.Equal(0, mean.Own));
    }

    [Fact]
    public void A_step_of_foreign_load_within_a_minute_is_made_up_for_in_the_same_minute()
    {
        var machine = new VirtualMachine(2, at => at.Second < 20 ? 50 : 0);
        machine.Run(30, 1);

        Assert.All(machine.Run(30, 5), mean => Assert.Equal(30, mean.Busy, 0.5));
    }

    [Fact]
    public void When_others_have_taken_every_core_the_target_is_met_again_at_once_and_not_in_the_next_minute()
    {
        var machine = new VirtualMachine(2, at => at.Second is >= 10 and < 25 ? 100 : 0);
        machine.Run(30, 1);
        machine.Step(30);
        machine.Step(30);
        machine.Step(30);
        machine.Step(30);
        machine.Gate = GatePosition.Closed;
        machine.Step(30);
        machine.Step(30);
        machine.Gate = GatePosition.Open;

        // The target give or take the jitter.
        for (var second = 30; second < 60; second += 5)
            Assert.InRange(machine.Step(30).Own, 26.5, 33.5);
    }

    [Fact]
    public void The_end_of_a_plan_within_a_minute_does_not_close_its_account()
    {
        var state = DutyState.Start with { Error = -100 };
        var input = new DutyInput(VirtualMachine.Noon, null, GatePosition.Open, 1, [new CoreCondition(0, 0)]);

        DutyState After(DutyInput seen) =>
            state.Apply(DutyPolicy.Decide(new SamplingSettings(), state, CpuPlan.Idle(VirtualMachine.Noon), seen));

        Assert.Equal(-100, After(input).Error);
        Assert.Equal(0, After(input with { Gate = GatePosition.Closed }).Error);
        Assert.Equal(0, After(input with { Scale = 0.5 }).Error);
    }

    [Fact]
    public void Time_under_a_closed_gate_is_not_made_up()
    {
        var machine = new VirtualMachine(2, _ => 0);
        machine.Run(30, 2);
        machine.Gate = GatePosition.Closed;
        for (var i = 0; i < 9; i++)
            Assert.Equal(0, machine.Step(30).Own);
        machine.Gate = GatePosition.Open;

        Assert.InRange(machine.Step(30).Own, 25, 34);
    }

    [Fact]
    public void What_is_stolen_or_throttled_does_not_wind_up()
    {
        var machine = new VirtualMachine(2, _ => 0) { Delivered = 0.3 };
        machine.Run(30, 3);
        for (var i = 0; i < 11; i++)
            machine.Step(30);
        machine.Delivered = 1;

        Assert.InRange(machine.Step(30).Own, 20, 34);
    }

    [Fact]
    public void Under_a_limit_it_burns_what_the_limit_leaves()
    {
        Assert.All(new VirtualMachine(2, _ => 0) { Quota = 0.5 }.Run(30, 3).Skip(1), mean => Assert.Equal(22.5, mean.Own, 0.01));
        Assert.All(new VirtualMachine(2, _ => 0) { Quota = 0.4 }.Run(30, 3), mean => Assert.Equal(0, mean.Own));
    }
}
