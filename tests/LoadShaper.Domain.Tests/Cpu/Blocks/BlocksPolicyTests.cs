using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu.Blocks;

public class BlocksPolicyTests
{
    private readonly CpuSettings _settings = new() { Strategy = CpuStrategy.Blocks };

    [Fact]
    public void When_every_reading_holds_nothing_runs()
    {
        var decision = Decide(P95State.Start, Inputs.Blocks);

        Assert.Equal(Percent.Zero, decision.Plan.Intensity);
        Assert.Empty(Assert.IsType<DayPlanned>(Assert.Single(decision.Events)).Plan.Hours);
    }

    [Fact]
    public void An_idle_day_is_planned_late_with_two_hours_to_spare()
    {
        var plan = Plan(Inputs.Blocks.At(0).With(b => b with { Reached = 0 }));

        Assert.Equal([20], plan.Hours);
        Assert.Equal((21, 18), (plan.PartHour, plan.PartMinutes));
    }

    [Fact]
    public void On_E2_an_hour_of_rest_lies_between()
    {
        var plan = Plan(Inputs.Blocks.At(0).With(b => b with { Reached = 0, Family = ShapeFamily.E2 }));

        Assert.Equal([19], plan.Hours);
        Assert.Equal(21, plan.PartHour);
    }

    [Fact]
    public void The_quieter_of_the_hours_left_is_preferred()
    {
        var profile = Enumerable.Repeat(15.0, 24).ToArray();
        profile[21] = 2;
        var plan = Plan(Inputs.Blocks.At(0).With(b => b with { Due = [20], Reached = 78, Profile = profile }));
        Assert.Equal([17], plan.Hours);

        plan = Plan(Inputs.Blocks.At(0).With(b => b with { Due = [24], Reached = 78, Profile = profile }));
        Assert.Equal([21], plan.Hours);

        profile[22] = 1;
        Assert.Equal([22], Plan(Inputs.Blocks.At(0).With(b => b with { Due = [24], Profile = profile })).Hours);
    }

    [Fact]
    public void What_is_overdue_runs_at_once()
    {
        var decision = Decide(P95State.Start, Inputs.Blocks.With(b => b with { Due = [0, 0, 30] }));

        Assert.Equal([12, 13, 21], decision.Events.OfType<DayPlanned>().Single().Plan.Hours);
        Assert.Equal(22, decision.Plan.Intensity.Value);
        Assert.Equal(Inputs.Noon.AddHours(1), decision.Plan.Until);
        Assert.Equal(ControllerState.Building, P95State.Start.Apply(decision).State);
    }

    [Fact]
    public void On_E2_catching_up_takes_every_second_hour()
    {
        var plan = Plan(Inputs.Blocks.At(0).With(b => b with { Family = ShapeFamily.E2, Due = [0, 0, 0, 0, 0, 0, 0, 0, 0], Reached = 0 }));

        Assert.Equal([0, 2, 4, 6, 8, 10, 12, 14, 16], plan.Hours);
        Assert.Null(plan.PartHour);
    }

    [Fact]
    public void What_falls_due_tomorrow_is_made_today_and_what_falls_due_later_waits()
    {
        // At 12:00: 36 hours from now is the end of tomorrow.
        Assert.Equal([21], Plan(Inputs.Blocks.With(b => b with { Due = [36] })).Hours);
        Assert.Empty(Plan(Inputs.Blocks.With(b => b with { Due = [37] })).Hours);
    }

    [Fact]
    public void An_hour_that_falls_due_today_is_made_before()
    {
        // At 12:00, due by 17:00: at 16:00 at the latest, two hours to spare.
        Assert.Equal([14], Plan(Inputs.Blocks.With(b => b with { Due = [5] })).Hours);
    }

    [Fact]
    public void A_block_runs_to_the_end_of_its_hour_and_says_nothing_in_between()
    {
        var state = Run(Inputs.Blocks.With(b => b with { Due = [0] }));
        var within = Decide(state, Inputs.Blocks.At(12, 30).With(b => b with { Due = [0], HourSum = 30 * 22, HourSeen = 30 }));
        Assert.Empty(within.Events);
        Assert.Equal(22, within.Plan.Intensity.Value);

        var end = Decide(state, Inputs.Blocks.At(13));
        Assert.Equal(BlockEnd.Done, Assert.IsType<BlockEnded>(end.Events[1]).End);
        Assert.Equal(Percent.Zero, end.Plan.Intensity);
    }

    [Fact]
    public void The_last_part_ends_with_the_minutes_that_were_needed()
    {
        var input = Inputs.Blocks.At(21).With(b => b with { Reached = 60 });
        var state = Run(input);
        Assert.False(state.Block!.Whole);

        var still = Decide(state, input.At(21, 18).With(b => b with { Reached = 77 }));
        Assert.Equal(22, still.Plan.Intensity.Value);
        var done = Decide(state, input.At(21, 19).With(b => b with { Reached = 78 }));
        Assert.Equal(Percent.Zero, done.Plan.Intensity);
    }

    [Fact]
    public void The_level_is_the_lowest_that_passes_with_the_noise_seen_and_never_above_the_set_point()
    {
        Assert.Equal(22, Level(noise: 0.3));
        Assert.Equal(23, Level(noise: 1.5));
        Assert.Equal(25, Level(noise: 4));
    }

    [Fact]
    public void A_gate_that_closes_ends_the_block_and_one_that_opens_in_time_resumes_it()
    {
        var due = Inputs.Blocks.With(b => b with { Due = [0] });
        var state = Run(due);
        var closed = Decide(state, due.At(12, 10).With(b => b with { HourSum = 220 }) with { Gate = GatePosition.Closed });
        Assert.Equal(BlockEnd.Gate, closed.Events.OfType<BlockEnded>().Single().End);
        Assert.Equal(Percent.Zero, closed.Plan.Intensity);

        // Five lost minutes are made up within the hour, below the set point.
        state = state.Apply(closed);
        var opened = Decide(state, due.At(12, 15).With(b => b with { HourSum = 230 }));
        Assert.InRange(opened.Plan.Intensity.Value, 22, 25);
    }

    [Fact]
    public void An_hour_out_of_reach_is_given_up_and_planned_again()
    {
        var due = Inputs.Blocks.With(b => b with { Due = [0] });
        var state = Run(due);
        var late = Decide(state, due.At(12, 30).With(b => b with { HourSum = 60 }));

        Assert.Equal(BlockEnd.OutOfReach, late.Events.OfType<BlockEnded>().Single().End);
        Assert.Equal([13], late.Events.OfType<DayPlanned>().Single().Plan.Hours);
        Assert.Equal(Percent.Zero, late.Plan.Intensity);
    }

    [Fact]
    public void Under_steal_an_hour_that_began_badly_is_not_chased()
    {
        var due = Inputs.Blocks.With(b => b with { Due = [0] });
        var state = Run(due);
        var behind = due.At(12, 20).With(b => b with { HourSum = 320, HourSeen = 20 });

        Assert.True(Decide(state, behind).Plan.Intensity.Value > 22);
        Assert.Equal(22, Decide(state, behind with { Steal = 8 }).Plan.Intensity.Value);
    }

    [Fact]
    public void While_the_load_average_alone_holds_the_gate_a_block_runs_at_the_lower_end()
    {
        var decision = Decide(P95State.Start, Inputs.Blocks.With(b => b with { Due = [0] }) with { Gate = GatePosition.HeldByLoadAverage, Noise = 2 });

        Assert.Equal(22, decision.Plan.Intensity.Value);
    }

    [Fact]
    public void A_band_that_begins_under_the_threshold_does_not_keep_a_block_there()
    {
        var low = _settings with { TargetMin = Percent.Of(15) };
        var held = Inputs.Blocks.With(b => b with { Due = [0] }) with { Gate = GatePosition.HeldByLoadAverage };

        Assert.Equal(20, P95Policy.Decide(low, P95State.Start, held).Plan.Intensity.Value);
    }

    [Fact]
    public void A_block_that_a_downtime_swallowed_is_reported_and_planned_again()
    {
        var due = Inputs.Blocks.With(b => b with { Due = [0] });
        var state = Run(due);
        var back = Decide(state, due.At(17));

        Assert.Equal(BlockEnd.Missed, back.Events.OfType<BlockEnded>().Single().End);
        Assert.Equal(22, back.Plan.Intensity.Value);
    }

    [Fact]
    public void Another_metric_that_saves_the_machine_ends_the_block()
    {
        var due = Inputs.Blocks.With(b => b with { Due = [0] });
        var saved = Decide(Run(due), due.At(12, 10) with { SavedBy = IdleMetric.Memory });

        Assert.Equal(BlockEnd.Needless, saved.Events.OfType<BlockEnded>().Single().End);
        Assert.Equal(Percent.Zero, saved.Plan.Intensity);
    }

    [Fact]
    public void A_burst_on_E2_is_followed_by_as_long_a_rest()
    {
        var due = Inputs.Blocks.With(b => b with { Due = [0, 0], Family = ShapeFamily.E2 });
        var state = Run(due);
        state = state.Apply(Decide(state, due.At(13).With(b => b with { Due = [0] })));
        Assert.Null(state.Block);
        Assert.Equal([14], state.Day!.Hours);

        Assert.Null(state.Apply(Decide(state, due.At(13, 59))).Block);
        Assert.NotNull(state.Apply(Decide(state, due.At(14))).Block);
    }

    [Fact]
    public void With_a_reserve_a_block_runs_at_the_set_point()
    {
        var decision = Decide(P95State.Start, Inputs.Blocks.With(b => b with { Due = [0], Reserve = 72 }) with { Noise = 0.3 });

        Assert.Equal(25, decision.Plan.Intensity.Value);
        Assert.Equal(22, Decide(P95State.Start, Inputs.Blocks.With(b => b with { Due = [0], Reserve = 72 }) with { Gate = GatePosition.HeldByLoadAverage }).Plan.Intensity.Value);
    }

    [Fact]
    public void With_a_reserve_tomorrow_is_not_made_today()
    {
        // At 12:00: the end of tomorrow, and shortly after midnight.
        Assert.Empty(Plan(Inputs.Blocks.With(b => b with { Due = [36], Reserve = 72 })).Hours);
        Assert.Equal([21], Plan(Inputs.Blocks.With(b => b with { Due = [14], Reserve = 72 })).Hours);
    }

    [Fact]
    public void With_a_reserve_the_last_part_of_a_day_is_a_whole_hour_where_one_is_due_later()
    {
        var plan = Plan(Inputs.Blocks.At(0).With(b => b with { Reached = 0, Due = [80, 82], Reserve = 72 }));
        Assert.Equal((2, null), (plan.Hours.Count, plan.PartHour));

        // Real load is enough for the days to come: the part is a part.
        Assert.NotNull(Plan(Inputs.Blocks.At(0).With(b => b with { Reached = 0, Due = [], Reserve = 72 })).PartHour);
    }

    [Fact]
    public void Due_hours_include_the_reserve()
    {
        // Nine hours stand until they leave the window one by one, from 100 hours ahead on.
        var ahead = Enumerable.Range(0, 169).Select(i => Math.Max(0, 9 - Math.Max(0, i - 99))).Select(hours => new WindowCounts(60 * hours, 12 * hours, hours)).ToArray();
        var needed = new WindowCounts(505, 101, 9);

        Assert.Empty(BlockNeeds.Due(needed, ahead, reserve: 0));
        Assert.Equal([28, 29, 30], BlockNeeds.Due(needed, ahead, reserve: 72).Take(3));
        Assert.Equal(9, BlockNeeds.Due(needed, ahead, reserve: 72).Count);
        Assert.Equal([0, 0], BlockNeeds.Due(needed, ahead, reserve: 101).Take(2));
    }

    private double Level(double noise) =>
        Decide(P95State.Start, Inputs.Blocks.With(b => b with { Due = [0] }) with { Noise = noise }).Plan.Intensity.Value;

    private DayPlan Plan(P95Input input) => Decide(P95State.Start, input).Events.OfType<DayPlanned>().Single().Plan;

    private P95State Run(P95Input input) => P95State.Start.Apply(Decide(P95State.Start, input));

    private P95Decision Decide(P95State state, P95Input input) => P95Policy.Decide(_settings, state, input);
}
