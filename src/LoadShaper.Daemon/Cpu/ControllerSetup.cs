using Akka.Actor;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Journal;

namespace LoadShaper.Daemon.Cpu;

/// <summary>What a controller is created with.</summary>
/// <param name="HistoryKept">How far back stored minutes are requested.</param>
/// <param name="Loss">What was found lost before the start.</param>
internal sealed record ControllerSetup(
    CpuSettings Settings,
    GateSettings Gate,
    ProtectWith Protect,
    ShapeFamily Family,
    SamplingSettings Sampling,
    TimeSpan HistoryKept,
    JournalFile Journal,
    JournalLoss? Loss,
    IActorRef Workers,
    IActorRef Store,
    IActorRef StatusTo,
    OtherLevers Levers)
{
    public ControllerLoop NewLoop() => new(Settings, Gate, Protect, Family, Sampling);
}

/// <summary>The levers beside the CPU; each receives its part of every turn.</summary>
/// <param name="Memory">Receives <see cref="Domain.Safety.Levers"/>.</param>
/// <param name="Network">Receives <see cref="Domain.Network.FallbackInput"/>, and <see cref="Domain.Network.Ledger.LedgerState"/> as it is on disk.</param>
internal sealed record OtherLevers(IActorRef Memory, IActorRef Network)
{
    /// <param name="eventsTo">The sender: both report their events to it.</param>
    public void Tell(ControllerTurn turn, IActorRef eventsTo)
    {
        Memory.Tell(turn.Levers, eventsTo);
        Network.Tell(turn.Fallback, eventsTo);
    }
}
