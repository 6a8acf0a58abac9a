using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu.Burning;

/// <summary>Fewer CPUs than the percentages are of: no load that cannot reach the rule's threshold.</summary>
public sealed class CpuReachTests
{
    private static readonly DateTimeOffset Noon = VirtualMachine.Noon;

    [Theory]
    [InlineData(1, 8, null, 0)]
    [InlineData(1, 4, null, 1)]
    [InlineData(2, 8, null, 2)]
    [InlineData(3, 16, null, 0)]
    [InlineData(8, 8, 1.0, 0)]
    [InlineData(8, 8, 2.0, 1.8)]
    public void Usable_CPUs_are_used_only_where_they_reach_20_percent(int usable, int machine, double? quota, double cpus) =>
        Assert.Equal(cpus, Asked(usable, machine, quota, foreign: 0), 6);

    [Fact]
    public void Foreign_load_brings_the_threshold_into_reach()
    {
        Assert.Equal(0, Asked(1, 8, null, foreign: 7), 6);
        Assert.Equal(1, Asked(1, 8, null, foreign: 8), 6);
    }

    [Fact]
    public void One_quiet_sample_does_not_stop_a_load_that_the_foreign_mean_keeps_in_reach()
    {
        var state = DutyState.Start;
        for (var i = 0; i < 60; i++)
            state = state.Apply(SampleOf(9, 8, Noon.AddSeconds(5 * i - 300)));
        var quiet = SampleOf(6, 8, Noon);
        state = state.Apply(quiet);

        Assert.InRange(state.Foreign!.Value, 8.9, 9);
        Assert.Equal(1, Decide(state, quiet, 1, null).Duties.Sum(duty => duty.Value), 6);
        Assert.Equal(0, Decide(DutyState.Start, quiet, 1, null).Duties.Sum(duty => duty.Value), 6);
    }

    [Fact]
    public void A_plan_under_the_threshold_is_filled_as_planned() =>
        Assert.Equal(1, Decide(DutyState.Start, SampleOf(0, 8, Noon), 1, null, plan: 12).Duties.Sum(duty => duty.Value), 1);

    [Theory]
    [InlineData(1, 8, "12.5 % of the machine", "cannot keep the VM above 20 %")]
    [InlineData(1, 4, "25 % of the machine", "the target cannot be reached")]
    [InlineData(5, 24, "20.83 % of the machine", "the target cannot be reached")]
    public void The_finding_says_what_is_missing(int usable, int machine, string share, string verdict)
    {
        var finding = new CpuReach(Enumerable.Range(0, usable).ToArray(), machine, null).Validate(35)!;
        Assert.Contains(share, finding.Problem);
        Assert.Contains(verdict, finding.Problem);
        Assert.Contains("AllowedCPUs", finding.Remedy);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(1, 2)]
    [InlineData(0, 2)]
    public void There_is_none_where_the_target_is_in_reach_or_nothing_is_known(int usable, int machine) =>
        Assert.Null(new CpuReach(Enumerable.Range(0, usable).ToArray(), machine, null).Validate(35));

    [Fact]
    public void A_quota_counts_for_the_highest_reach()
    {
        Assert.Equal(22.5, new CpuReach([0, 1], 2, 0.5).Highest);
        Assert.False(new CpuReach([0, 1], 2, 0.4).CanProtect);
    }

    private static double Asked(int usable, int machine, double? quota, double foreign) =>
        Decide(DutyState.Start, SampleOf(foreign, machine, Noon), usable, quota).Duties.Sum(duty => duty.Value);

    private static DutyDecision Decide(DutyState state, Sample sample, int usable, double? quota, double plan = 35) => DutyPolicy.Decide(
        new SamplingSettings(), state, new CpuPlan(Percent.Of(plan), Noon.AddMinutes(1)),
        new DutyInput(Noon, sample, GatePosition.Open, 1, Enumerable.Range(0, usable).Select(id => new CoreCondition(id, 0)).ToArray(), quota));

    private static Sample SampleOf(double busy, int cpus, DateTimeOffset at) => new(
        at, TimeSpan.FromSeconds(5), cpus, new CpuReading(Percent.Of(busy), Percent.Of(busy), Percent.Zero, Percent.Zero, Percent.Zero), null, null, null);
}
