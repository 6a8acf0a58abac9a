using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Replay;

/// <summary>One event in one line, without its time.</summary>
public static class EventLine
{
    /// <param name="since">Inserted after the length of a gap.</param>
    public static string Of(IEvent happened, string since = "") => happened switch
    {
        SlotDecided e => $"slot {Name(e.Kind)} at {e.Intensity.Value:0.##} %, gate {Describe(e.Input.Gate)}, pessimistic P95 {e.Input.P95:0.00} %, foreign {e.Input.Foreign:0.##} %",
        StateChanged e => $"{Name(e.From)} -> {Name(e.To)}: {Why(e)}",
        DayPlanned e => $"planned for {e.Plan.Day:yyyy-MM-dd}: {Describe(e.Plan)}",
        BlockStarted e => $"block at {e.Block.Level.Value:0.##} % until {e.Block.Until:HH:mm}{(e.Block.Whole ? "" : ", the day's last part")}",
        BlockEnded e => $"block ended: {Describe(e.End)}",
        GateClosed e => $"gate {Describe(e.Position)}: {Describe(e.Causes, e.Input)}",
        GateOpened => "gate open",
        VerdictChanged e => Describe(e),
        DaemonStarted e => $"daemon started: {e.Version} on {e.Akka}, {e.CpuCount} CPUs",
        DaemonStopped e => $"daemon stopped: {e.Reason}",
        GapSeen { Cause: GapCause.ClockBackward } e => $"the clock stepped back {Span((e.From - e.At).Duration())}{(e.Detail is null ? "" : $" ({e.Detail})")}",
        GapSeen e => $"gap of {Span((e.At - e.From).Duration())}{since}: {Describe(e.Cause)}{(e.Detail is null ? "" : $" ({e.Detail})")}",
        MemoryEvent e => MemoryEventText.Of(e),
        OracleVerdictDiffered e => $"Oracle's readings say {VerdictFormatter.Of(e.Input.Oracles)}, ours {VerdictFormatter.Of(e.Input.Ours)}: lowest CPU P95 {Reading(e.Input.OracleCpu)} against {Reading(e.Input.OurCpu)}",
        OracleVerdictAgreed e => $"Oracle's readings and ours agree again: {VerdictFormatter.Of(e.Input.Ours)}",
        _ => NetworkEventText.Of(happened) ?? happened.GetType().Name,
    };

    private static string Reading(double? percent) => percent is { } value ? $"{value:0.00} %" : "unknown";

    public static string Describe(GatePosition position) => position switch
    {
        GatePosition.Open => "open",
        GatePosition.HeldByLoadAverage => "held by the load average",
        _ => "closed",
    };

    public static string Describe(BlockEnd end) => end switch
    {
        BlockEnd.Done => "done",
        BlockEnd.Gate => "the gate closed",
        BlockEnd.OutOfReach => "its hour can no longer reach the threshold",
        BlockEnd.Needless => "not needed: real load or another metric is enough",
        _ => "missed: the daemon did not run",
    };

    public static string Describe(GapCause cause) => cause switch
    {
        GapCause.Downtime => "the daemon did not run",
        GapCause.Suspend => "the machine was suspended, or the daemon got no CPU time",
        GapCause.ClockForward => "the clock stepped forward, or the machine was suspended",
        GapCause.ClockBackward => "the clock stepped back",
        GapCause.JournalFailed => "the journal could not be written",
        _ => "the journal was damaged; a new one was started",
    };

    /// <summary>The signals that keep the gate from being open, with what they read.</summary>
    public static string Describe(GateCauses causes, GateInput input)
    {
        var parts = new List<string>();
        void Add(GateCauses cause, string text)
        {
            if (causes.HasFlag(cause))
                parts.Add(text);
        }

        Add(GateCauses.RunDelay, $"run-queue delay{Share(input.RunDelay)}");
        Add(GateCauses.ForeignCpu, $"foreign CPU{Share(input.ForeignCpu)}");
        Add(GateCauses.MemoryPressure, $"memory pressure{Share(input.MemoryPressure)}");
        Add(GateCauses.LoadAverage, input.ForeignLoadPerCore is { } load ? $"load average {load:0.00} per core" : "load average");
        Add(GateCauses.MemoryUse, $"memory use{Share(input.MemoryUse)}");
        Add(GateCauses.NetworkUse, $"network use{Share(input.NetworkUse)}");
        Add(GateCauses.MissingReading, "a reading is missing");
        return string.Join(", ", parts);

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

    public static string Describe(DayPlan plan)
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
            ? $"too few hours at the threshold, {blocks.Due.Count} to make up"
            : "enough hours at the threshold"
        : $"pessimistic P95 {changed.Input.P95:0.00} %, {changed.To switch
        {
            ControllerState.Building => "below the band",
            ControllerState.Reducing => "above the band",
            _ => "in the band",
        }}";

    private static string Describe(VerdictChanged changed)
    {
        var to = changed.To;
        var text = changed.From is null
            ? $"verdict {VerdictFormatter.Of(to.Kind)}"
            : $"verdict {VerdictFormatter.Of(changed.From)} -> {VerdictFormatter.Of(to.Kind)}";
        if (to.SavedBy is { } metric)
            text += $": saved by {metric.ToString().ToLowerInvariant()}, {to.Margin:0.00} points above the threshold";
        else if (to.MinutesNeeded > 0)
            text += $": {to.MinutesNeeded} more minutes needed";
        if (to.Missing > TimeSpan.Zero)
            text += $"; {Span(to.Missing)} of the window not seen";
        return text;
    }
}
