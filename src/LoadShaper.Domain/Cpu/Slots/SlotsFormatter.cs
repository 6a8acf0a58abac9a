using System.Globalization;
using LoadShaper.Domain.Cpu.Explain;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Cpu.Slots;

/// <summary>A decision of `slots` in words.</summary>
internal static class SlotsFormatter
{
    public static string Answer(SlotKind kind) => kind switch
    {
        SlotKind.CatchUp => "catch-up",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <param name="after">The state that the decision led to.</param>
    public static string Rule(CpuSettings settings, P95Input input, P95State after)
    {
        var budget = ExceedanceBudget.Exceedance(settings, after.State, input);
        return after.Slot!.Kind switch
        {
            SlotKind.Held when input.Gate == GatePosition.Closed => "the gate is closed: other processes need the machine, no own load",
            SlotKind.Held => Text($"the load average holds the gate, and exceedance {after.Exceedance:0.00} % has reached the budget {budget:0.00} %: the rest idles"),
            SlotKind.Resting when input.SavedBy is { } metric => $"{metric.ToString().ToLowerInvariant()} keeps the machine safe: the CPU rests",
            SlotKind.Resting => Text($"real load alone would hold every reading for {input.RealHolds} h more, and {SlotsPolicy.Lead(settings):0.#} h are enough: no own load"),
            SlotKind.CatchUp => Text($"pessimistic P95 {input.P95:0.00} % is below the threshold {settings.Rule.Threshold:0.##} %: every slot counts"),
            SlotKind.High => Text($"exceedance {after.Exceedance:0.00} % is under the budget {budget:0.00} % while {State(after)}: one more high slot"),
            _ => Text($"exceedance {after.Exceedance:0.00} % has reached the budget {budget:0.00} % while {State(after)}: baseline"),
        };
    }

    public static IEnumerable<InputVariation> Knobs(P95State state, P95Input input, P95State after)
    {
        yield return new InputVariation.Choice("gate", Gate(input.Gate),
            [.. Enum.GetValues<GatePosition>().Where(gate => gate != input.Gate).Select(gate => (Gate(gate), state, input with { Gate = gate }))]);
        yield return new InputVariation.Choice("saved by", Saved(input.SavedBy),
            [.. new IdleMetric?[] { null, IdleMetric.Memory }.Where(metric => metric != input.SavedBy).Select(metric => (Saved(metric), state, input with { SavedBy = metric }))]);
        yield return new InputVariation.Number("P95", input.P95, 0, 100, 0.01, Percent, value => (state, input with { P95 = value }));
        yield return new InputVariation.Number("hours for which real load would hold", input.RealHolds, 0, 14 * 24, 1, Whole, value => (state, input with { RealHolds = (int)value }));
        yield return new InputVariation.Number("pace", input.Pace, 0, 100, 0.01, Percent, value => (state, input with { Pace = value }));
        yield return new InputVariation.Number("noise", input.Noise, 0, 20, 0.01, Points, value => (state, input with { Noise = value }));
        if (input.SlotMean is { } mean)
            yield return new InputVariation.Number("mean of the slot before", mean, 0, 100, 0.01, Percent, value => (state, input with { SlotMean = value }));
        if (state.Ring is { SeenCount: > 0 } ring)
            yield return new InputVariation.Number("high slots in the 24 h before", ring.HighCount, 0, ring.SeenCount, 1,
                value => Text($"{value:0} of {ring.SeenCount}, {100 * value / ring.SeenCount:0.00} %"), value => (state with { Ring = WithHigh(ring, (int)value) }, input));
    }

    // The same slots were seen; so many of them came out high.
    private static SlotRing WithHigh(SlotRing ring, int count)
    {
        var high = (byte[])ring.High.Clone();
        var left = count - ring.HighCount;
        for (var bit = 0; bit < ring.Size && left != 0; bit++)
        {
            var mask = (byte)(1 << bit % 8);
            if ((ring.Seen[bit / 8] & mask) == 0 || (high[bit / 8] & mask) != 0 == left > 0)
                continue;
            high[bit / 8] ^= mask;
            left -= Math.Sign(left);
        }

        return ring with { High = high };
    }

    public static string Gate(GatePosition gate) => gate switch
    {
        GatePosition.Open => "open",
        GatePosition.HeldByLoadAverage => "held by the load average",
        _ => "closed",
    };

    public static string Saved(IdleMetric? metric) => metric?.ToString().ToLowerInvariant() ?? "none";

    private static string State(P95State state) => state.State.ToString().ToLowerInvariant();

    private static string Percent(double value) => Text($"{value:0.00} %");

    private static string Points(double value) => Text($"{value:0.00} points");

    private static string Whole(double value) => Text($"{value:0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
