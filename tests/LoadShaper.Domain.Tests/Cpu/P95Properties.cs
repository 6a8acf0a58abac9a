using FsCheck;
using FsCheck.Fluent;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu;

/// <summary>What holds for every sequence of inputs, sensible or not.</summary>
public class P95Properties
{
    private static readonly Gen<double> Percents = Gen.Choose(0, 10_000).Select(x => x / 100.0);

    private static readonly Gen<P95Input> Inputs =
        from gate in Gen.Elements(GatePosition.Open, GatePosition.Open, GatePosition.HeldByLoadAverage, GatePosition.Closed)
        from p95 in Percents
        from holds in Gen.Choose(0, 168)
        from pace in Percents
        from foreign in Percents
        from mean in Gen.OneOf(Gen.Constant<double?>(null), Percents.Select(p => (double?)p))
        from load in Gen.OneOf(Gen.Constant<double?>(null), Percents.Select(p => (double?)(p / 50)))
        from noise in Gen.Choose(0, 500).Select(x => x / 100.0)
        from steal in Gen.Choose(0, 2_000).Select(x => x / 100.0)
        from saved in Gen.Elements<IdleMetric?>(null, null, null, IdleMetric.Memory)
        from family in Gen.Elements(ShapeFamily.E2, ShapeFamily.A1)
        from due in Gen.Choose(0, 12).SelectMany(n => Gen.Choose(0, 48).ArrayOf(n))
        from reached in Gen.Choose(0, 1_440)
        from seen in Gen.Choose(0, 59)
        from hour in Percents
        from profile in Percents.ArrayOf(24)
        from reserve in Gen.Elements<int?>(null, 24, 72)
        select new P95Input(
            default, gate, p95, p95, p95, holds, pace, foreign, mean, load, noise, steal, saved,
            new BlockInput(family, due.Order().ToArray(), reached, hour * seen, seen, profile, reserve));

    // Steps of a few seconds to a few hours from a Monday on.
    private static readonly Gen<P95Input[]> Sequences =
        Gen.Choose(1, 60).SelectMany(n => Inputs.Zip(Gen.Elements(5, 60, 60, 60, 600, 3_600, 20_000)).ArrayOf(n)).Select(steps =>
        {
            var at = Cpu.Inputs.Noon;
            return Array.ConvertAll(steps, step => step.Item1 with { At = at = at.AddSeconds(step.Item2) });
        });

    private static readonly Gen<CpuSettings> Settings =
        from strategy in Gen.Elements(CpuStrategy.Slots, CpuStrategy.Blocks)
        from seconds in Gen.Elements(10, 45, 60, 90, 300, 3_600)
        from setPoint in Gen.Choose(22, 28)
        from baseline in Gen.Choose(0, 30)
        select new CpuSettings
        {
            Strategy = strategy,
            SlotDuration = TimeSpan.FromSeconds(seconds),
            SetPoint = Percent.Of(setPoint),
            BaselineIntensity = Percent.Of(baseline),
        };

    private static readonly Arbitrary<(CpuSettings Settings, P95Input[] Inputs)> Runs =
        Settings.Zip(Sequences).Select(pair => (pair.Item1, pair.Item2)).ToArbitrary();

    [Fact]
    public void The_same_arguments_give_the_same_decision_and_the_same_events_the_same_state() =>
        Prop.ForAll(Runs, run =>
        {
            var (state, again) = (P95State.Start, P95State.Start);
            foreach (var input in run.Inputs)
            {
                var decision = P95Policy.Decide(run.Settings, state, input);
                // Between the two, somebody else decided something else.
                P95Policy.Decide(run.Settings, P95State.Start, run.Inputs[0]);
                var repeated = P95Policy.Decide(run.Settings with { }, state with { }, input with { Blocks = input.Blocks! with { } });
                if (!decision.Events.SequenceEqual(repeated.Events) || decision.Plan != repeated.Plan)
                    return false;
                state = state.Apply(decision);
                again = again.Apply(repeated);
            }

            return state == again;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_closed_gate_leaves_no_load_on() =>
        Every((_, _, input, decision) => input.Gate != GatePosition.Closed || decision.Plan.Intensity == Percent.Zero);

    [Fact]
    public void A_gate_held_by_the_load_average_leaves_no_more_than_the_lower_end() =>
        Every((settings, _, input, decision) =>
            input.Gate != GatePosition.HeldByLoadAverage || decision.Plan.Intensity <= settings.TargetMin);

    [Fact]
    public void The_CPU_rests_while_another_metric_saves_the_machine() =>
        Every((_, _, input, decision) => input.SavedBy is null || decision.Plan.Intensity == Percent.Zero);

    [Fact]
    public void Every_plan_ends_in_the_future_and_within_the_hour() =>
        Every((_, _, input, decision) => decision.Plan.Until > input.At && decision.Plan.Until <= input.At.AddHours(1));

    [Fact]
    public void Every_event_carries_the_input_that_led_to_it() =>
        Every((_, _, input, decision) => decision.Events.All(happened => happened.Input == input && happened.At == input.At));

    [Fact]
    public void Asked_again_at_once_it_says_nothing_new() =>
        Every((settings, state, input, decision) => P95Policy.Decide(settings, state.Apply(decision), input) is { Events.Count: 0 } same
            && same.Plan == decision.Plan);

    [Fact]
    public void From_the_threshold_up_the_budget_never_exceeds_its_cap() =>
        Every((settings, state, input, decision) => decision.Events.OfType<SlotDecided>().All(slot =>
            slot.Kind != SlotKind.High || state.Apply(slot).Exceedance < 12));

    [Fact]
    public void Blocks_never_burn_above_the_set_point() =>
        Every((settings, _, _, decision) => settings.Strategy == CpuStrategy.Slots || decision.Plan.Intensity <= settings.SetPoint);

    [Fact]
    public void On_E2_a_block_rests_as_long_as_the_one_before_it_burned() =>
        Every((_, state, _, decision) => decision.Events.OfType<BlockStarted>().All(started =>
            started.Input.Blocks!.Family != ShapeFamily.E2 || state.Block is not null || state.LastBlock is not { } last
            || started.At >= last.Until + (last.Until - last.Start)
            // An hour that was interrupted may be finished; what a clock that was set back since told is not waited for.
            || Slot.At(last.Start, TimeSpan.FromHours(1)) == Slot.At(started.At, TimeSpan.FromHours(1))
            || GapPolicy.IsOfAnotherClock(last.Until, started.At)));

    [Fact]
    public void What_is_planned_lies_in_the_rest_of_the_day_and_keeps_its_distance() =>
        Every((_, _, _, decision) => decision.Events.OfType<DayPlanned>().All(planned =>
        {
            var hours = planned.Plan.PartHour is { } part ? planned.Plan.Hours.Append(part) : planned.Plan.Hours;
            var spacing = planned.Input.Blocks!.Family == ShapeFamily.E2 ? 2 : 1;
            return planned.Plan.Day == DateOnly.FromDateTime(planned.At.UtcDateTime)
                && hours.All(hour => hour >= planned.At.Hour && hour < 24)
                && hours.Zip(hours.Skip(1)).All(pair => pair.Second - pair.First >= spacing);
        }));

    private static void Every(Func<CpuSettings, P95State, P95Input, P95Decision, bool> holds) =>
        Prop.ForAll(Runs, run =>
        {
            var state = P95State.Start;
            foreach (var input in run.Inputs)
            {
                var decision = P95Policy.Decide(run.Settings, state, input);
                if (!holds(run.Settings, state, input, decision))
                    return false;
                state = state.Apply(decision);
            }

            return true;
        }).QuickCheckThrowOnFailure();
}
