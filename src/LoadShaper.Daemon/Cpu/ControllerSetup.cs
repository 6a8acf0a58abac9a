using Akka.Actor;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Journal;

namespace LoadShaper.Daemon.Cpu;

/// <summary>What a controller is created with.</summary>
/// <param name="HistoryKept">How far back stored minutes are asked for.</param>
/// <param name="JournalRetention">How old events become before they are deleted.</param>
/// <param name="Loss">What was found lost before anyone was created.</param>
/// <param name="TurnsTo">Told every <see cref="ControllerTurn"/>, for the levers that the controller does not know.</param>
internal sealed record ControllerSetup(
    CpuSettings Settings,
    GateSettings Gate,
    ProtectWith Protect,
    ShapeFamily Family,
    SamplingSettings Sampling,
    TimeSpan HistoryKept,
    JournalFile Journal,
    TimeSpan JournalRetention,
    JournalLoss? Loss,
    IActorRef Workers,
    IActorRef Store,
    IActorRef StatusTo,
    IActorRef TurnsTo)
{
    public ControllerLoop NewLoop() => new(Settings, Gate, Protect, Family, Sampling);
}
