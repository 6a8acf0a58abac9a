using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Cpu.Slots;

namespace LoadShaper.Domain.Cpu.Explain;

/// <summary>Why a decision about CPU load came out as it did.</summary>
/// <param name="Answer">What was decided, in a word or two.</param>
/// <param name="Rule">The rule that fired, with the numbers that made it fire.</param>
/// <param name="Changes">What would have changed it: of each input the nearest value with another answer.</param>
public sealed record P95Explanation(string Answer, string Rule, IReadOnlyList<string> Changes)
{
    /// <summary>Runs the policy again with one input changed at a time, so that its numbers are not repeated here.</summary>
    /// <param name="settings">In force then.</param>
    /// <param name="state">Before the decision.</param>
    /// <param name="input">Of the decision.</param>
    public static P95Explanation Of(CpuSettings settings, P95State state, P95Input input)
    {
        string Ask(P95State s, P95Input i) => AnswerOf(settings, After(s, P95Policy.Decide(settings, s, i).Events));

        var events = P95Policy.Decide(settings, state, input).Events;
        var after = After(state, events);
        var answer = AnswerOf(settings, after);
        var (rule, knobs) = settings.Strategy == CpuStrategy.Blocks
            ? (BlocksFormatter.Rule(input, events, after), BlocksFormatter.Knobs(state, input))
            : (SlotsFormatter.Rule(settings, input, after), SlotsFormatter.Knobs(state, input, after));
        return new P95Explanation(answer, rule, [.. knobs.SelectMany(knob => knob.Nearest(Ask, answer))]);
    }

    private static P95State After(P95State state, IReadOnlyList<P95Event> events) =>
        events.Aggregate(state, (s, happened) => s.Apply(happened));

    private static string AnswerOf(CpuSettings settings, P95State after) => settings.Strategy == CpuStrategy.Blocks
        ? BlocksFormatter.Answer(after.Block)
        : SlotsFormatter.Answer(after.Slot!.Kind);
}
