using System.Globalization;
using LoadShaper.Domain.Cpu.Explain;
using LoadShaper.Domain.Cpu.Slots;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Cpu.Blocks;

/// <summary>A decision of `blocks` in words.</summary>
internal static class BlocksFormatter
{
    public static string Answer(Block? block) => block switch
    {
        null => "idle",
        { Whole: true } => "a whole hour of load",
        _ => "the day's last part",
    };

    /// <param name="after">The state that the decision led to.</param>
    public static string Rule(P95Input input, IReadOnlyList<P95Event> events, P95State after)
    {
        var ended = events.OfType<BlockEnded>().LastOrDefault()?.End switch
        {
            null => "",
            BlockEnd.Done => "the block is done; ",
            BlockEnd.Gate => "the gate closed and ended the block; ",
            BlockEnd.OutOfReach => "the hour can no longer reach the threshold, so the block ended; ",
            BlockEnd.Needless => "the block is no longer needed; ",
            _ => "the daemon did not run during the block; ",
        };
        return ended + (after.Block is { } block
            ? Text($"{Lack(input)}; {(block.Whole ? "this hour is one of those chosen" : "the last minutes of the day are made up now")}, up to {block.Level.Value:0.##} % until {block.Until:HH:mm}")
            : input.SavedBy is { } metric ? $"{metric.ToString().ToLowerInvariant()} keeps the machine safe: the CPU rests"
            : input.Gate == GatePosition.Closed ? "the gate is closed: other processes need the machine, no own load"
            : $"{Lack(input)}; {Next(after)}");
    }

    public static IEnumerable<InputVariation> Knobs(P95State state, P95Input input)
    {
        var blocks = input.Blocks!;
        P95Input With(BlockInput changed) => input with { Blocks = changed };

        yield return new InputVariation.Choice("gate", SlotsFormatter.Gate(input.Gate),
            [.. Enum.GetValues<GatePosition>().Where(gate => gate != input.Gate).Select(gate => (SlotsFormatter.Gate(gate), state, input with { Gate = gate }))]);
        yield return new InputVariation.Choice("saved by", SlotsFormatter.Saved(input.SavedBy),
            [.. new IdleMetric?[] { null, IdleMetric.Memory }.Where(metric => metric != input.SavedBy).Select(metric => (SlotsFormatter.Saved(metric), state, input with { SavedBy = metric }))]);
        yield return new InputVariation.Choice("the first hour that a reading lacks", Due(blocks.Due),
            [("overdue", state, With(blocks with { Due = [0, .. blocks.Due.Skip(1)] })), ("none", state, With(blocks with { Due = [] }))]);
        yield return new InputVariation.Number("minutes of the day at the threshold", blocks.Reached, 0, 1440, 1, Whole,
            value => (state, With(blocks with { Reached = (int)value })));
        if (blocks.HourSeen > 0)
            yield return new InputVariation.Number("mean of the hour so far", blocks.HourSum / blocks.HourSeen, 0, 100, 0.01, Percent,
                value => (state, With(blocks with { HourSum = value * blocks.HourSeen })));
    }

    private static string Lack(P95Input input) =>
        input.Blocks!.Due.Count == 0
            ? Text($"every reading has its hours{For(input.Blocks)}, and {input.Blocks.Reached} minutes of the day reached the threshold")
            : Text($"{input.Blocks.Due.Count} whole hours are to be made up{For(input.Blocks)}, the first {Due(input.Blocks.Due)}, and {input.Blocks.Reached} minutes of the day reached the threshold");

    private static string For(BlockInput blocks) => blocks.Reserve is { } hours ? Text($" for a reserve of {hours} h") : "";

    private static string Due(IReadOnlyList<int> due) => due switch
    {
        [] => "none",
        [0, ..] => "overdue",
        [var first, ..] => Text($"due within {first} h"),
    };

    private static string Next(P95State after) => after.Day switch
    {
        { Hours: [var hour, ..] } => Text($"the next is planned for {hour:00}:00 UTC"),
        { PartHour: { } hour } => Text($"the day's last part is planned for {hour:00}:00 UTC"),
        _ => "nothing is planned for the rest of the UTC day",
    };

    private static string Whole(double value) => Text($"{value:0}");

    private static string Percent(double value) => Text($"{value:0.00} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
