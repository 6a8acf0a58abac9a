using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Replay;

/// <summary>One event in one line of plain words, without its time.</summary>
public static class EventLine
{
    public static string Of(IEvent happened) => happened switch
    {
        SlotDecided e => $"slot {Name(e.Kind)} at {e.Intensity.Value:0.##} %, gate {Words(e.Input.Gate)}, P95 {e.Input.P95:0.00} %, foreign {e.Input.Foreign:0.##} %",
        StateChanged e => $"{Name(e.From)} -> {Name(e.To)}: {Why(e)}",
        DayPlanned e => $"planned for {e.Plan.Day:yyyy-MM-dd}: {Words(e.Plan)}",
        BlockStarted e => $"block at {e.Block.Level.Value:0.##} % until {e.Block.Until:HH:mm}{(e.Block.Whole ? "" : ", the day's last part")}",
        BlockEnded e => $"block ended: {Words(e.End)}",
        GateClosed e => $"gate {Words(e.Position)}: {Words(e.Causes, e.Input)}",
        GateOpened => "gate open",
        VerdictChanged e => Words(e),
        DaemonStarted e => $"daemon started: {e.Version} on {e.Akka}, {e.CpuCount} CPUs",
        DaemonStopped e => $"daemon stopped: {e.Reason}",
        GapSeen { Cause: GapCause.ClockBackward } e => $"the clock went back {Span((e.From - e.At).Duration())}{(e.Detail is null ? "" : $" ({e.Detail})")}",
        GapSeen e => $"gap of {Span((e.At - e.From).Duration())}: {Words(e.Cause)}{(e.Detail is null ? "" : $" ({e.Detail})")}",
        MemoryEvent e => MemoryEventText.Of(e),
        FallbackActivated => "traffic on: every other metric is at risk",
        FallbackDeactivated e => $"traffic off: {Words(e.Cause)}",
        _ => happened.GetType().Name,
    };

    public static string Words(GatePosition position) => position switch
    {
        GatePosition.Open => "open",
        GatePosition.HeldByLoadAverage => "held by the load average",
        _ => "closed",
    };

    public static string Words(BlockEnd end) => end switch
    {
        BlockEnd.Done => "done",
        BlockEnd.Gate => "the gate closed",
        BlockEnd.OutOfReach => "its hour can no longer come to the threshold",
        BlockEnd.Needless => "made needless by real load or another metric",
        _ => "missed, nobody was there to run it",
    };

    public static string Words(GapCause cause) => cause switch
    {
        GapCause.Downtime => "the daemon did not run",
        GapCause.Suspend => "the machine slept, or the daemon got no CPU",
        GapCause.ClockForward => "the clock went forward, or the machine slept",
        GapCause.ClockBackward => "the clock went back",
        GapCause.JournalFailed => "the journal could not be written",
        _ => "the journal was damaged and a new one was begun",
    };

    public static string Words(FallbackEnd cause) => cause switch
    {
        FallbackEnd.NotNeeded => "not needed any more",
        FallbackEnd.GateClosed => "the gate closed",
        FallbackEnd.ReadingMissing => "the interface cannot be read",
        _ => "nothing was told for too long",
    };

    /// <summary>The signals that keep the gate from being open, with what they read.</summary>
    public static string Words(GateCauses causes, GateInput input)
    {
        var words = new List<string>();
        void Say(GateCauses cause, string text)
        {
            if (causes.HasFlag(cause))
                words.Add(text);
        }

        Say(GateCauses.RunDelay, input.RunDelay is { } delay ? $"our threads waited {delay.Value:0.##} % of the time they wanted" : "our threads were kept waiting");
        Say(GateCauses.ForeignCpu, $"foreign CPU{Share(input.ForeignCpu)}");
        Say(GateCauses.MemoryPressure, $"memory pressure{Share(input.MemoryPressure)}");
        Say(GateCauses.LoadAverage, input.ForeignLoadPerCore is { } load ? $"load {load:0.00} per core" : "load average");
        Say(GateCauses.MemoryUse, $"memory use{Share(input.MemoryUse)}");
        Say(GateCauses.NetworkUse, $"network use{Share(input.NetworkUse)}");
        Say(GateCauses.MissingReading, "a reading is missing");
        return string.Join(", ", words);

        static string Share(Percent? read) => read is { } value ? $" {value.Value:0.##} %" : "";
    }

    /// <summary>The signals by their names alone.</summary>
    public static string Names(GateCauses causes) =>
        string.Join(", ", Enum.GetValues<GateCauses>().Where(cause => cause != GateCauses.None && causes.HasFlag(cause)).Select(cause => cause switch
        {
            GateCauses.RunDelay => "run-queue delay",
            GateCauses.ForeignCpu => "foreign CPU",
            GateCauses.MemoryPressure => "memory pressure",
            GateCauses.LoadAverage => "load average",
            GateCauses.MemoryUse => "memory use",
            GateCauses.NetworkUse => "network use",
            _ => "a missing reading",
        }));

    public static string Words(DayPlan plan)
    {
        var places = plan.Hours.Select(hour => $"{hour:00}:00").ToList();
        if (plan.PartHour is { } part)
            places.Add($"{plan.PartMinutes} min from {part:00}:00");
        return places.Count == 0 ? "nothing more" : string.Join(", ", places);
    }

    /// <summary>"3 d 4 h", "2 h 5 min", "40 s": the two largest units.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => $"{(int)span.TotalDays} d{(span.Hours > 0 ? $" {span.Hours} h" : "")}",
        { TotalHours: >= 1 } => $"{(int)span.TotalHours} h{(span.Minutes > 0 ? $" {span.Minutes} min" : "")}",
        { TotalMinutes: >= 1 } => $"{(int)span.TotalMinutes} min{(span.Seconds > 0 ? $" {span.Seconds} s" : "")}",
        _ => $"{span.TotalSeconds:0.#} s",
    };

    public static string Name(Enum value) => value switch
    {
        SlotKind.CatchUp => "catch-up",
        _ => value.ToString().ToLowerInvariant(),
    };

    private static string Why(StateChanged changed) => changed.Input.Blocks is { } blocks
        ? changed.To == ControllerState.Building
            ? $"a reading lacks hours, {blocks.Due.Count} are to be made"
            : "every reading has its hours"
        : $"P95 {changed.Input.P95:0.00} %, {changed.To switch
        {
            ControllerState.Building => "under the band",
            ControllerState.Reducing => "over the band",
            _ => "in the band",
        }}";

    private static string Words(VerdictChanged changed)
    {
        var to = changed.To;
        var words = changed.From is null
            ? $"verdict {VerdictFormatter.Of(to.Kind)}"
            : $"verdict {VerdictFormatter.Of(changed.From)} -> {VerdictFormatter.Of(to.Kind)}";
        if (to.SavedBy is { } metric)
            words += $": saved by {metric.ToString().ToLowerInvariant()}, {to.Margin:0.00} points over the threshold";
        else if (to.MinutesNeeded > 0)
            words += $": {to.MinutesNeeded} more minutes needed";
        if (to.Missing > TimeSpan.Zero)
            words += $"; {Span(to.Missing)} of the window not seen";
        return words;
    }
}
