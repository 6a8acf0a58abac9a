using System.Globalization;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Health;

/// <summary>What LoadShaper does now and why, in sentences; the most important first.</summary>
public static class DecisionText
{
    /// <summary>While no decision arrives.</summary>
    public const string Silent = "Nothing is decided now. The last plan has expired, so no load runs.";

    public static IReadOnlyList<string> Sentences(IdleRule rule, HealthState state)
    {
        if (state.Controller is not { Gate: { } gate } controller)
            return ["LoadShaper is starting: nothing is decided yet."];
        var sentences = new List<string>(Cpu(rule, controller, gate, state));
        if (state.Memory is { Phase: not MemoryPhase.Off } memory)
            sentences.Add(Memory(memory));
        if (state.Network is { Phase: FallbackPhase.Active } network)
            sentences.Add(Text($"The network fallback sends {network.Sent.Mbit:0.#} Mbit/s to your peers."));
        return sentences;
    }

    private static IEnumerable<string> Cpu(IdleRule rule, ControllerStatus controller, GateDecision gate, HealthState state)
    {
        var causes = string.Join(", ", GateText.Causes(gate.Causes, state.Sample is { } sample ? GateInput.From(sample) : null));
        if (gate.Position == GatePosition.Closed)
        {
            yield return causes == ""
                ? "No load now: the gate is closed."
                : $"No load now: other work needs the machine ({causes}).";
            yield return "Load resumes when the signals have been low for a while.";
            yield break;
        }

        var level = Text($"{controller.Plan.Intensity.Value:0.#} %");
        if (!controller.Levers.Cpu)
            yield return "No CPU load now: memory protects this VM.";
        else if (controller.Plan.Intensity.Value <= 0)
            yield return Idle(controller);
        else
        {
            yield return $"The CPU is filled up to {level} until {Clock(controller.Plan.Until)}: {Why(rule, controller)}";
            yield return "Other processes' CPU counts towards it; LoadShaper adds only what is missing.";
        }

        if (gate.Position == GatePosition.HeldByLoadAverage)
            yield return $"Only the load that the verdict needs is allowed, because the load of other work is high ({causes}).";
    }

    private static string Why(IdleRule rule, ControllerStatus controller) => (controller.Kind, controller.Block) switch
    {
        (SlotKind.CatchUp, _) => Text($"the P95 with unseen minutes counted as idle is under {rule.Threshold:0.##} %, so every slot counts."),
        (SlotKind.High, _) => Text($"a high slot. {controller.Exceedance:0.0} % of the slots of the last 24 hours were high."),
        (SlotKind.Baseline, _) => Text($"a baseline slot. {controller.Exceedance:0.0} % of the slots of the last 24 hours were high, which is enough now."),
        (_, { Whole: true }) => "a whole UTC hour that the seven days need.",
        (_, not null) => "the last minutes that this UTC day needs.",
        _ => "the verdict needs it.",
    };

    private static string Idle(ControllerStatus controller) => controller switch
    {
        { Kind: SlotKind.Resting } => "No load now: other processes alone keep this VM above the threshold for long enough.",
        { Kind: SlotKind.Held } => "No load in this slot: the load average is high, and the load that the verdict needs has run.",
        { Kind: not null } => "No load in this slot.",
        { Day.Hours: [var hour, ..] } => Text($"No load now. The next hour of load is planned for {hour:00}:00 UTC."),
        { Day.PartHour: { } hour } => Text($"No load now. The last minutes of this day are planned for {hour:00}:00 UTC."),
        _ => "No load now, and none is planned for the rest of the UTC day.",
    };

    private static string Memory(MemoryStatus memory) => memory.Phase switch
    {
        MemoryPhase.Growing => Text($"Memory: {memory.Held.MiB:0} MiB held, growing to a use of {memory.Target.Value:0.#} %."),
        MemoryPhase.BackingOff => Text($"Memory: given back because other work needed it; {memory.Held.MiB:0} MiB held."),
        MemoryPhase.Limited => Text($"Memory: {memory.Held.MiB:0} MiB held; more would break a limit, the target is a use of {memory.Target.Value:0.#} %."),
        _ => Text($"Memory: {memory.Held.MiB:0} MiB held for a use of {memory.Target.Value:0.#} %."),
    };

    private static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
