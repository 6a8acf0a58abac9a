using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Control;

/// <summary>What the controller knows from its journal alone; its snapshot.</summary>
/// <param name="Cpu">State of the CPU decisions.</param>
/// <param name="Gate">State of the gate.</param>
/// <param name="Verdict">The last verdict that was recorded; null before the first.</param>
/// <param name="LastEvent">When the last event happened; null in an empty journal.</param>
/// <param name="OracleDiffers">Whether Oracle's readings lead to another verdict; null when that was never so.</param>
/// <param name="Started">The last start: the version and the settings in force.</param>
/// <param name="Ledger">Traffic of the month; null before its first entry.</param>
public sealed record ControllerSnapshot(
    P95State Cpu, GateState Gate, VerdictKind? Verdict, DateTimeOffset? LastEvent, DaemonStarted? Started = null,
    bool? OracleDiffers = null, LedgerState? Ledger = null)
{
    public static readonly ControllerSnapshot Empty = new(P95State.Start, GateState.Start, null, null);

    public ControllerSnapshot Apply(IEvent happened) => happened switch
    {
        P95Event decided => this with { Cpu = Cpu.Apply(decided), LastEvent = decided.At },
        GateEvent moved => this with { Gate = Gate.Apply(moved), LastEvent = moved.At },
        VerdictChanged changed => this with { Verdict = changed.To.Kind, LastEvent = changed.At },
        OracleEvent compared => this with { OracleDiffers = compared is OracleVerdictDiffered, LastEvent = compared.At },
        DaemonStarted started => this with { Started = started, LastEvent = started.At },
        LedgerEvent entry => this with { Ledger = (Ledger ?? LedgerState.Start).Apply(entry), LastEvent = entry.At },
        StateRecorded recorded => recorded.Memory with { LastEvent = recorded.At },
        _ => this with { LastEvent = happened.At },
    };
}
