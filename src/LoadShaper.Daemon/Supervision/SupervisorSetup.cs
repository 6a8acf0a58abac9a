using Akka.Actor;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Memory;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using LoadShaper.Journal;

namespace LoadShaper.Daemon.Supervision;

/// <summary>What the tree is created with.</summary>
/// <param name="Loss">What was found lost of the journal; null when nothing was.</param>
/// <param name="Host">The process around the actors, for /health; asked from an actor, so it never waits.</param>
/// <param name="OnHealth">Receives the actor that answers /health.</param>
/// <param name="OnFatal">Ends the process with exit code 1; receives the cause.</param>
internal sealed record SupervisorSetup(
    LoadShaperSettings Settings,
    Shape Shape,
    DataDirectory Data,
    JournalFile Journal,
    JournalLoss? Loss,
    CpuHardware Hardware,
    SampleReader Reader,
    MemoryMachine MemoryMachine,
    DaemonStarted Started,
    Func<HostStatus> Host,
    Action<IActorRef> OnHealth,
    Action<Exception> OnFatal);
