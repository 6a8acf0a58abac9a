using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Tests.Cpu;

/// <summary>Inputs of an idle machine in the middle of the band, to be varied.</summary>
internal static class Inputs
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 19, 12, 0, 0, TimeSpan.Zero);

    public static readonly P95Input Slots = new(
        Noon, GatePosition.Open, P95: 25, P95Five: 22, P95Hour: 21, RealHolds: 0, Pace: 5, Foreign: 2, SlotMean: 20,
        Load: 0.1, Noise: 0, Steal: 0);

    public static readonly P95Input Blocks = Slots with
    {
        SlotMean = null,
        Blocks = new BlockInput(ShapeFamily.A1, [], Reached: 78, HourSum: 0, HourSeen: 0, Enumerable.Repeat(2.0, 24).ToArray()),
    };

    public static P95Input With(this P95Input input, Func<BlockInput, BlockInput> change) =>
        input with { Blocks = change(input.Blocks!) };

    public static P95Input At(this P95Input input, int hour, int minute = 0) =>
        input with { At = new DateTimeOffset(2026, 1, 19, hour, minute, 0, TimeSpan.Zero) };

    public static P95State Apply(this P95State state, P95Decision decision) =>
        decision.Events.Aggregate(state, (before, happened) => before.Apply(happened));
}
