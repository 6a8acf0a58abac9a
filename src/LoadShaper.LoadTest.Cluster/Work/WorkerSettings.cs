using Akka.Actor;
using LoadShaper.LoadTest.Cluster.Membership;

namespace LoadShaper.LoadTest.Cluster.Work;

/// <summary>What a worker's actor is created with.</summary>
/// <param name="Coordinator">Where its coordinator listens; it obeys no other node.</param>
/// <param name="Clock">Monotonic nanoseconds.</param>
/// <param name="Ended">Completed once, with the reason.</param>
internal sealed record WorkerSettings(
    WorkerIntroduction Introduction, Address Coordinator, IWorkerEngine Engine, ContentCache Cache, Action<string> Log, Func<long> Clock, TaskCompletionSource<WorkerOutcome> Ended);

/// <summary>How a worker ended.</summary>
/// <param name="Admitted">The coordinator answered before.</param>
/// <param name="Retry">Whether another attempt to join can succeed: the coordinator has enough workers, has one of this name, has ended or was lost.</param>
internal sealed record WorkerOutcome(int ExitCode, string Reason, bool Retry, bool Admitted = true);
