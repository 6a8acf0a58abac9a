using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Slots;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu.Slots;

public class SlotsPolicyTests
{
    private readonly CpuSettings _settings = new();

    [Fact]
    public void The_first_slot_of_a_quiet_day_is_high()
    {
        var decided = Decide(P95State.Start, Inputs.Slots);

        Assert.Equal(SlotKind.High, decided.Kind);
        Assert.Equal(25, decided.Intensity.Value);
        Assert.Equal(Inputs.Noon, decided.Slot.Start);
    }

    [Fact]
    public void A_day_of_slots_has_the_exceedance_that_was_set()
    {
        var (state, high) = (P95State.Start, 0);
        double? mean = null;
        for (var minute = 0; minute < 2 * 1440; minute++)
        {
            var decision = P95Policy.Decide(_settings, state, Inputs.Slots with { At = Inputs.Noon.AddMinutes(minute), SlotMean = mean });
            state = state.Apply(decision);
            mean = decision.Plan.Intensity.Value;
            high += minute >= 1440 && mean > 22 ? 1 : 0;
        }

        Assert.InRange(high, 93, 95);
        Assert.InRange(state.Exceedance, 6.4, 6.6);
    }

    [Fact]
    public void A_slot_that_real_load_made_high_is_counted_as_high()
    {
        var state = Folded(Inputs.Slots with { SlotMean = null }, Inputs.Slots with { At = Inputs.Noon.AddMinutes(1), SlotMean = 60 });

        Assert.Equal(100, state.Exceedance);
    }

    [Fact]
    public void A_slot_that_was_not_seen_counts_neither_way()
    {
        var state = Folded(Inputs.Slots with { SlotMean = null }, Inputs.Slots with { At = Inputs.Noon.AddMinutes(1), SlotMean = null });

        Assert.Equal(0, state.Ring!.SeenCount);
    }

    [Fact]
    public void Within_a_slot_nothing_new_is_said()
    {
        var state = Folded(Inputs.Slots);
        var decision = P95Policy.Decide(_settings, state, Inputs.Slots with { At = Inputs.Noon.AddSeconds(35), P95 = 3 });

        Assert.Empty(decision.Events);
        Assert.Equal(state.Slot!.Intensity, decision.Plan.Intensity);
        Assert.Equal(Inputs.Noon.AddMinutes(1), decision.Plan.Until);
    }

    [Fact]
    public void A_gate_that_closes_within_a_slot_ends_its_load_and_one_that_opens_brings_it_back()
    {
        var state = Folded(Inputs.Slots with { SlotMean = null });
        var closed = P95Policy.Decide(_settings, state, Inputs.Slots with { At = Inputs.Noon.AddSeconds(10), Gate = GatePosition.Closed });
        Assert.Equal(Percent.Zero, closed.Plan.Intensity);

        state = state.Apply(closed);
        var opened = P95Policy.Decide(_settings, state, Inputs.Slots with { At = Inputs.Noon.AddSeconds(30) });
        Assert.Equal(25, opened.Plan.Intensity.Value);
        Assert.Equal(0, state.Apply(opened).Ring!.SeenCount);
    }

    [Theory]
    [InlineData(GatePosition.Open, 24.0)]
    [InlineData(GatePosition.HeldByLoadAverage, 22.0)]
    [InlineData(GatePosition.Closed, 0.0)]
    public void Under_the_threshold_every_slot_runs_as_far_as_the_gate_lets_it(GatePosition gate, double intensity)
    {
        // The ring is full of high slots: the cap does not apply.
        var state = Folded(Inputs.Slots, Inputs.Slots with { At = Inputs.Noon.AddMinutes(1), SlotMean = 60 });
        var decided = Decide(state, Inputs.Slots with { At = Inputs.Noon.AddMinutes(2), P95 = 19.99, Noise = 1, SlotMean = 60, Gate = gate });

        Assert.Equal(intensity, decided.Intensity.Value);
    }

    [Theory]
    [InlineData(15, 25, 20)]
    [InlineData(12, 16, 16)]
    [InlineData(22, 25, 22)]
    public void A_band_that_begins_under_the_threshold_does_not_keep_the_machine_there(double targetMin, double setPoint, double least)
    {
        var low = _settings with { TargetMin = Percent.Of(targetMin), SetPoint = Percent.Of(setPoint) };
        var lost = Inputs.Slots with { P95 = 2 };
        Assert.Equal(least, P95Policy.Decide(low, P95State.Start, lost).Plan.Intensity.Value);
        Assert.Equal(least, P95Policy.Decide(low, P95State.Start, lost with { Gate = GatePosition.HeldByLoadAverage }).Plan.Intensity.Value);
    }

    [Fact]
    public void While_the_load_average_alone_holds_the_gate_the_budget_runs_at_the_lower_end_and_the_rest_idles()
    {
        var held = Inputs.Slots with { Gate = GatePosition.HeldByLoadAverage };
        var first = Decide(P95State.Start, held);
        Assert.Equal((SlotKind.High, 22.0), (first.Kind, first.Intensity.Value));

        var state = Folded(held, held with { At = Inputs.Noon.AddMinutes(1), SlotMean = 22 });
        var next = Decide(state, held with { At = Inputs.Noon.AddMinutes(2), SlotMean = 22 });
        Assert.Equal((SlotKind.Held, 0.0), (next.Kind, next.Intensity.Value));
    }

    [Theory]
    [InlineData(47, SlotKind.High)]
    [InlineData(48, SlotKind.Resting)]
    public void Own_load_rests_while_real_load_alone_holds_for_48_hours(int hours, SlotKind kind) =>
        Assert.Equal(kind, Decide(P95State.Start, Inputs.Slots with { RealHolds = hours }).Kind);

    [Fact]
    public void Without_a_baseline_that_counts_the_budget_is_built_earlier()
    {
        var bare = _settings with { BaselineIntensity = Percent.Of(5) };

        Assert.Equal(SlotKind.High, Assert.IsType<SlotDecided>(P95Policy.Decide(bare, P95State.Start, Inputs.Slots with { RealHolds = 69 }).Events[^1]).Kind);
        Assert.Equal(SlotKind.Resting, Assert.IsType<SlotDecided>(P95Policy.Decide(bare, P95State.Start, Inputs.Slots with { RealHolds = 70 }).Events[^1]).Kind);
    }

    [Theory]
    [InlineData(12, 0.2, 20)]
    [InlineData(12.01, 0.2, 20.4)]
    [InlineData(50, 3, 21)]
    public void A_budget_that_comes_too_late_is_helped_by_the_baseline(double pace, double noise, double intensity)
    {
        var state = P95State.Start with { Ring = Ring(13) };
        var decided = Decide(state, Inputs.Slots with { Pace = pace, Noise = noise, SlotMean = null });

        Assert.Equal((SlotKind.Baseline, intensity), (decided.Kind, decided.Intensity.Value));
    }

    [Fact]
    public void Another_metric_that_saves_the_machine_lets_the_CPU_rest_until_it_does_not()
    {
        var saved = Inputs.Slots with { SavedBy = IdleMetric.Memory };
        var state = Folded(saved);
        Assert.Equal(SlotKind.Resting, state.Slot!.Kind);

        var decided = Decide(state, Inputs.Slots with { At = Inputs.Noon.AddSeconds(5) });
        Assert.Equal(SlotKind.High, decided.Kind);
    }

    [Theory]
    [InlineData(0.5, 25)]
    [InlineData(0.65, 22.5)]
    [InlineData(0.8, 22)]
    [InlineData(9, 22)]
    public void The_intensity_shrinks_with_the_load_of_others_but_still_counts(double load, double intensity) =>
        Assert.Equal(intensity, Decide(P95State.Start, Inputs.Slots with { Load = load }).Intensity.Value);

    [Theory]
    // BUILDING under 21, or under 19.5 while the last change is fresh.
    [InlineData(ControllerState.Maintaining, 10, 20.9, ControllerState.Building)]
    [InlineData(ControllerState.Maintaining, 10, 21.1, ControllerState.Maintaining)]
    [InlineData(ControllerState.Maintaining, 1, 20.9, ControllerState.Maintaining)]
    [InlineData(ControllerState.Maintaining, 1, 19.4, ControllerState.Building)]
    // Back at 22.5, or at 24.
    [InlineData(ControllerState.Building, 10, 22.4, ControllerState.Building)]
    [InlineData(ControllerState.Building, 10, 22.6, ControllerState.Maintaining)]
    [InlineData(ControllerState.Building, 1, 23.9, ControllerState.Building)]
    [InlineData(ControllerState.Building, 1, 24.1, ControllerState.Maintaining)]
    // REDUCING over 29, or over 30.5.
    [InlineData(ControllerState.Maintaining, 10, 28.9, ControllerState.Maintaining)]
    [InlineData(ControllerState.Maintaining, 10, 29.1, ControllerState.Reducing)]
    [InlineData(ControllerState.Maintaining, 1, 30.4, ControllerState.Maintaining)]
    [InlineData(ControllerState.Maintaining, 1, 30.6, ControllerState.Reducing)]
    // Back at 27.5, or at 26; and straight across.
    [InlineData(ControllerState.Reducing, 10, 27.6, ControllerState.Reducing)]
    [InlineData(ControllerState.Reducing, 10, 27.4, ControllerState.Maintaining)]
    [InlineData(ControllerState.Reducing, 1, 26.1, ControllerState.Reducing)]
    [InlineData(ControllerState.Reducing, 10, 20, ControllerState.Building)]
    [InlineData(ControllerState.Building, 10, 40, ControllerState.Reducing)]
    public void States_change_with_hysteresis_and_cooldown(ControllerState from, int minutesAgo, double p95, ControllerState to)
    {
        var state = P95State.Start with { State = from, Since = Inputs.Noon.AddMinutes(-minutesAgo) };
        var after = state.Apply(P95Policy.Decide(_settings, state, Inputs.Slots with { P95 = p95 }));

        Assert.Equal(to, after.State);
        Assert.Equal(from == to ? state.Since : Inputs.Noon, after.Since);
    }

    [Theory]
    [InlineData(ControllerState.Maintaining, 25, 5, 6.5)]
    [InlineData(ControllerState.Building, 21, 5, 7.5)]
    [InlineData(ControllerState.Reducing, 30, 0, 2.5)]
    [InlineData(ControllerState.Reducing, 39, 0, 1.0)]
    // What leaves the window soon is made up before, but never beyond the cap.
    [InlineData(ControllerState.Reducing, 39, 9, 9)]
    [InlineData(ControllerState.Maintaining, 25, 40, 12)]
    public void The_budget_follows_the_state_and_the_pace(ControllerState state, double p95, double pace, double exceedance)
    {
        var begun = P95State.Start with { State = state, Ring = Ring(exceedance - 0.1) };
        Assert.Equal(SlotKind.High, Decide(begun, Inputs.Slots with { P95 = p95, Pace = pace, SlotMean = null }).Kind);

        begun = begun with { Ring = Ring(exceedance + 0.1) };
        Assert.Equal(SlotKind.Baseline, Decide(begun, Inputs.Slots with { P95 = p95, Pace = pace, SlotMean = null }).Kind);
    }

    [Fact]
    public void What_noise_lifts_over_the_lower_end_is_not_taken_from_the_budget()
    {
        // With 1 point of noise 2.28 % of baseline slots come out above 22 %.
        var begun = P95State.Start with { Ring = Ring(8.7) };
        Assert.Equal(SlotKind.High, Decide(begun, Inputs.Slots with { Noise = 1, SlotMean = null }).Kind);
        Assert.Equal(SlotKind.Baseline, Decide(begun with { Ring = Ring(8.9) }, Inputs.Slots with { Noise = 1, SlotMean = null }).Kind);
    }

    [Theory]
    [InlineData(22, 25.6)]
    [InlineData(25, 25)]
    [InlineData(40, 23)]
    public void The_height_of_a_slot_stays_inside_the_band(double p95, double intensity) =>
        Assert.Equal(intensity, Decide(P95State.Start, Inputs.Slots with { P95 = p95 }).Intensity.Value, 6);

    [Fact]
    public void Slots_of_another_length_begin_a_new_ring()
    {
        var state = Folded(Inputs.Slots, Inputs.Slots with { At = Inputs.Noon.AddMinutes(1), SlotMean = 60 });
        var shorter = _settings with { SlotDuration = TimeSpan.FromSeconds(30) };
        var after = state.Apply(P95Policy.Decide(shorter, state, Inputs.Slots with { At = Inputs.Noon.AddMinutes(2), SlotMean = 20 }));

        Assert.Equal(TimeSpan.FromSeconds(30), after.Ring!.Duration);
        Assert.Equal((1, 0), (after.Ring.SeenCount, after.Ring.HighCount));
    }

    // 1000 of the last 1440 slots were seen.
    private static SlotRing Ring(double exceedance)
    {
        var ring = SlotRing.Empty(TimeSpan.FromMinutes(1));
        var first = Slot.At(Inputs.Noon, ring.Duration).Index - 1000;
        for (var i = 0; i < 1000; i++)
            ring = ring.Push(first + i, i < exceedance * 10);
        return ring;
    }

    private SlotDecided Decide(P95State state, P95Input input) =>
        Assert.IsType<SlotDecided>(P95Policy.Decide(_settings, state, input).Events[^1]);

    private P95State Folded(params P95Input[] inputs) =>
        inputs.Aggregate(P95State.Start, (state, input) => state.Apply(P95Policy.Decide(_settings, state, input)));
}
