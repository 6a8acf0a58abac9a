using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Replay;

/// <summary>What keeps the gate from being open, also where its closing is no longer recorded.</summary>
internal static class RecordedGate
{
    /// <param name="closed">What kept it closed until now; null when it was open.</param>
    public static GateClosed? Apply(GateClosed? closed, IEvent happened) => happened switch
    {
        GateClosed now => now,
        GateOpened => null,
        StateRecorded { Memory.Gate.Position: GatePosition.Open } => null,
        StateRecorded recorded => closed ?? Of(recorded),
        _ => closed,
    };

    // A state remembers the causes, not what they read.
    private static GateClosed Of(StateRecorded recorded)
    {
        var gate = recorded.Memory.Gate;
        return new GateClosed(gate.Since ?? recorded.At, gate.Position, gate.Causes, new GateInput(recorded.At, null, null, null, null, null, null));
    }
}
