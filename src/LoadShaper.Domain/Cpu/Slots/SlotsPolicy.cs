using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu.Slots;

/// <summary>
/// Strategy `slots`: each slot of the UTC clock is high or baseline by the exceedance budget of the last 24 hours. A slot
/// that real load made high counts. Nothing is burnt while real load alone holds every reading.
/// </summary>
internal static class SlotsPolicy
{
    // Real load alone must hold every reading this long before own load ends.
    private const int RealLoadLead = 48;

    public static P95Decision Decide(CpuSettings settings, P95State state, P95Input input)
    {
        var slot = state.SlotAt(input.At, settings.SlotDuration);
        var again = state.Slot is { } present && present.Slot == slot;
        if (again && state.Slot!.Gate == input.Gate && state.Slot.SavedBy == input.SavedBy)
            return new P95Decision([], new CpuPlan(state.Slot.Intensity, slot.End));

        // A slot is decided again when the gate or the levers change within it; the slot before was judged when this one began.
        bool? beforeWasHigh = again ? null : WasHigh(settings, state, slot, input);
        var ring = state.RingAt(slot).Push(slot.Index - 1, beforeWasHigh);
        var mode = again ? state.State : ExceedanceBudget.Next(settings, state, input);
        var (kind, intensity) = Choose(settings, mode, ring, input);

        var events = new List<P95Event>(2);
        if (mode != state.State)
            events.Add(new StateChanged(input, state.State, mode));
        events.Add(new SlotDecided(input, slot, kind, intensity, beforeWasHigh));
        return new P95Decision(events, new CpuPlan(intensity, slot.End));
    }

    private static bool? WasHigh(CpuSettings settings, P95State state, Slot slot, P95Input input) =>
        input.SlotMean is { } mean && !(state.RingAt(slot).Last >= slot.Index - 1)
            ? mean >= settings.TargetMin.Value
            : null;

    private static (SlotKind Kind, Percent Intensity) Choose(CpuSettings settings, ControllerState mode, SlotRing ring, P95Input input)
    {
        if (input.Gate == GatePosition.Closed)
            return (SlotKind.Held, Percent.Zero);
        if (input.SavedBy is not null || input.RealHolds >= Lead(settings))
            return (SlotKind.Resting, Percent.Zero);

        var held = input.Gate == GatePosition.HeldByLoadAverage;
        if (input.P95 < settings.Rule.Threshold)
            return (SlotKind.CatchUp, held ? settings.LeastHigh : Percent.Clamp(Math.Round(settings.LeastHigh.Value + 2 * input.Noise, 2)));

        if (ring.Exceedance < ExceedanceBudget.Exceedance(settings, mode, input))
            return (SlotKind.High, held ? settings.LeastHigh : Scaled(settings, ExceedanceBudget.Intensity(settings, input), input));
        return held ? (SlotKind.Held, Percent.Zero) : (SlotKind.Baseline, Baseline(settings, input));
    }

    // Where the capped budget alone comes too late for what leaves the window, the baseline helps: it is lifted to where it
    // counts for the threshold, but not for the budget.
    private static Percent Baseline(CpuSettings settings, P95Input input)
    {
        if (input.Pace <= ExceedanceBudget.MostExceedance)
            return settings.BaselineIntensity;
        var counting = Math.Min(settings.Rule.Threshold + 2 * input.Noise, settings.TargetMin.Value - 1);
        return Percent.Clamp(Math.Round(Math.Max(settings.BaselineIntensity.Value, counting), 2));
    }

    // Where the baseline does not reach the threshold, the budget alone has to be built within the lead.
    internal static double Lead(CpuSettings settings) => settings.BaselineIntensity.Value >= settings.Rule.Threshold
        ? RealLoadLead
        : Math.Max(RealLoadLead, settings.Rule.Window.TotalHours * (100 - settings.Rule.Percentile) / ExceedanceBudget.MostExceedance);

    // Proportional to the load of others: full up to 0.5 per core, the least that still counts from 0.8 on.
    private static Percent Scaled(CpuSettings settings, double intensity, P95Input input)
    {
        const double none = 0.5, all = 0.8, least = 0.7;
        var share = Math.Clamp(((input.Load ?? 0) - none) / (all - none), 0, 1);
        var scaled = share >= 1
            ? settings.BaselineIntensity.Value
            : Math.Max(least * intensity, intensity - share * (intensity - settings.BaselineIntensity.Value));
        return Percent.Clamp(Math.Round(Math.Max(settings.LeastHigh.Value, scaled), 2));
    }
}
