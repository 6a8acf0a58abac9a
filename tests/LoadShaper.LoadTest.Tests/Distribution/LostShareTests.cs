using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Distribution;

/// <summary>Against the arrivals that an engine counts.</summary>
public class LostShareTests
{
    private const long Second = 1_000_000_000;

    private static RunPlan Plan(params Flow[] flows) => new()
    {
        Targets = [Engine.Plans.Http(1)],
        Flows = flows,
        Warmup = TimeSpan.FromSeconds(3),
        Phases = [new RampRate(10, 90, TimeSpan.FromSeconds(20)), new ConstantRate(70, TimeSpan.FromSeconds(10))],
    };

    private static Flow Of(params string[] steps) => new(steps[0], 1, [.. steps.Select(name => Engine.Plans.Get(name: name))]);

    /// <summary>Arrivals of a part by flow, from one time to another, without the warm-up.</summary>
    private static long[] Arrivals(RunPlan plan, SchedulePartition part, long from, long until)
    {
        var counts = new long[plan.Flows.Count];
        var choice = new FlowChoice(plan.Flows, plan.Seed);
        var source = new ArrivalSource(LoadSchedule.Of(plan.Phases, plan.Warmup), plan, part, (index, warmup) => counts[choice.Of(index)] += warmup ? 0 : 1, from);
        if (until > 0)
            source.Advance(until - 1);
        return counts;
    }

    [Theory]
    [InlineData(0, 1, 11.5, 33)]
    [InlineData(1, 3, 4, 20.25)]
    [InlineData(2, 3, 2, 33)]
    [InlineData(4, 6, 8.5, 8.6)]
    public void With_what_was_reported_it_is_the_whole_part(int index, int count, double reported, double until)
    {
        var (plan, part) = (Plan(Of("a")), new SchedulePartition(index, count));
        var (at, end) = ((long)(reported * Second), (long)(until * Second));
        var offered = Arrivals(plan, part, 0, at + 40_000_000).Sum();

        var missing = new LostShare(plan, LoadSchedule.Of(plan.Phases, plan.Warmup)).Of(part, 0, at, offered, end);

        Assert.Equal(Math.Max(offered, Arrivals(plan, part, 0, end).Sum()), offered + Assert.Single(missing));
    }

    [Fact]
    public void Flows_of_several_steps_count_from_the_time_of_the_last_report()
    {
        var (plan, part) = (Plan(Of("a", "b"), Of("c")), new SchedulePartition(1, 2));
        var missing = new LostShare(plan, LoadSchedule.Of(plan.Phases, plan.Warmup)).Of(part, 0, 15 * Second, 99_999, 33 * Second);
        var (before, all) = (Arrivals(plan, part, 0, 15 * Second + 1), Arrivals(plan, part, 0, 33 * Second));
        Assert.Equal([all[0] - before[0], 0, all[1] - before[1]], missing);
    }

    [Fact]
    public void A_worker_without_a_report_lacks_its_part_from_the_takeover_on()
    {
        var (plan, part) = (Plan(Of("a")), new SchedulePartition(3, 4));
        var missing = new LostShare(plan, LoadSchedule.Of(plan.Phases, plan.Warmup)).Of(part, 12 * Second, -1, 0, 33 * Second);
        Assert.Equal(Arrivals(plan, part, 12 * Second, 33 * Second), missing);
    }

    [Fact]
    public void A_closed_phase_has_no_known_requests()
    {
        var plan = Plan(Of("a")) with { Warmup = TimeSpan.Zero, Phases = [new ClosedUsers(5, 0, ThinkTime.None, TimeSpan.FromSeconds(5))] };
        Assert.Equal([0], new LostShare(plan, LoadSchedule.Of(plan.Phases, plan.Warmup)).Of(SchedulePartition.Whole, 0, Second, 12, 5 * Second));
    }
}
