using System.Globalization;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Explain;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Replay;

/// <summary>One decision about CPU load, why it came out so, and what would have changed it.</summary>
public static class ExplainText
{
    /// <param name="asked">The index of a slot, or a moment at which the decision was in force.</param>
    /// <returns>False when there was none.</returns>
    /// <exception cref="FormatException">It is neither.</exception>
    public static bool Write(TextWriter to, IEnumerable<IEvent> events, string asked, DateTimeOffset end)
    {
        long? slot = long.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
        var time = slot is null ? TimeRange.Parse(asked, end) : DateTimeOffset.MaxValue;

        var memory = ControllerSnapshot.Empty;
        GateClosed? closed = null;
        Found? found = null;
        Found? present = null;
        GapSeen? gap = null;
        foreach (var happened in events)
        {
            if (happened is P95Event decided)
            {
                present = present?.Decision[0].At == decided.At
                    ? present with { Decision = [.. present.Decision, decided] }
                    : new Found([decided], memory, closed);
                // All are looked at: after a step of the clock earlier times come later.
                var asksForIt = slot is null
                    ? decided.At <= time && !(decided.At < found?.Decision[0].At)
                    : present.Decision.OfType<SlotDecided>().Any(s => s.Slot.Index == slot);
                if (asksForIt)
                    found = present;
            }

            if (happened is GapSeen hole && hole.From <= time && time < hole.At && !(hole.From < gap?.From))
                gap = hole;

            closed = RecordedGate.Apply(closed, happened);
            memory = memory.Apply(happened);
        }

        if (found is null)
            return false;
        if (gap is not null && found.Decision[0].At <= gap.From)
            to.Write($"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC lies in a {EventLine.Of(gap)}; the last decision before it:\n");
        Write(to, found);
        return true;
    }

    private sealed record Found(IReadOnlyList<P95Event> Decision, ControllerSnapshot Before, GateClosed? Closed);

    private static void Write(TextWriter to, Found found)
    {
        var input = found.Decision[0].Input;
        to.Write($"decision of {input.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC\n");
        foreach (var happened in found.Decision)
            to.Write($"  {(happened is SlotDecided { Slot: var slot } ? $"slot {slot.Index}, {slot.Start:HH:mm:ss} to {slot.End:HH:mm:ss}: " : "")}{EventLine.Of(happened)}\n");
        to.Write("inputs\n");
        foreach (var (name, value) in Inputs(input))
            to.Write($"  {name,-28}{value}\n");
        if (found.Closed is { } closed)
            to.Write($"  {"the gate since " + closed.At.ToString("HH:mm:ss"),-28}{EventLine.Words(closed.Causes, closed.Input)}\n");

        var settings = RecordedSettings.Of(found.Before.Started);
        if (settings.Settings is null)
        {
            to.Write($"not explained: this version refuses the settings that were in force: {settings.Problem}\n");
            return;
        }

        var why = P95Explanation.Of(settings.Settings.Cpu, found.Before.Cpu, input);
        to.Write($"why {why.Answer}\n  {why.Rule}\n");
        to.Write("what would have changed it, one at a time\n");
        foreach (var change in why.Changes)
            to.Write($"  {change}\n");
        if (why.Changes.Count == 0)
            to.Write("  no single input\n");
    }

    private static IEnumerable<(string Name, string Value)> Inputs(P95Input input)
    {
        yield return ("P95 1 min / 5 min / 1 h", $"{input.P95:0.00} / {input.P95Five:0.00} / {input.P95Hour:0.00} %");
        yield return ("gate", EventLine.Words(input.Gate));
        yield return ("foreign CPU, last minute", $"{input.Foreign:0.00} %");
        yield return ("mean of the slot before", input.SlotMean is { } mean ? $"{mean:0.00} %" : "not seen");
        yield return ("load per core, not ours", input.Load is { } load ? $"{load:0.00}" : "unknown");
        yield return ("real load would hold", $"{input.RealHolds} h");
        yield return ("pace", $"{input.Pace:0.00} %");
        yield return ("noise / steal", $"{input.Noise:0.00} points / {input.Steal:0.00} %");
        yield return ("saved by", input.SavedBy?.ToString().ToLowerInvariant() ?? "nothing but the CPU");
        if (input.Blocks is not { } blocks)
            yield break;
        yield return ("hours to be made, due in h", blocks.Due.Count == 0 ? "none" : string.Join(", ", blocks.Due));
        yield return ("minutes of the day reached", $"{blocks.Reached}");
        yield return ("this hour so far", $"{blocks.HourSeen} minutes, sum {blocks.HourSum:0.00}");
    }
}
