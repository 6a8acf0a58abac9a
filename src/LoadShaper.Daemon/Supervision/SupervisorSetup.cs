using Akka.Actor;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Health.Http;
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
/// <param name="Admission">Of the HTTP server; its use is a part of /metrics.</param>
/// <param name="OnHealth">Receives the actor that answers /health.</param>
/// <param name="OnHistory">Receives the actor that answers the history of the live page.</param>
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
    Admission Admission,
    Action<IActorRef> OnHealth,
    Action<IActorRef> OnHistory,
    Action<Exception> OnFatal);
