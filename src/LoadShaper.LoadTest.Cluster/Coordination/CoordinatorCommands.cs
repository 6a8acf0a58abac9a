using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Cluster.Coordination;

/// <summary>Calls <paramref name="Progress"/> until <paramref name="Count"/> workers take part, then completes <paramref name="Done"/>.</summary>
internal sealed record WaitForWorkers(int Count, Action<WorkerProgress> Progress, TaskCompletionSource<IReadOnlyList<JoinedWorker>> Done);

/// <summary>Asks for the workers that take part.</summary>
internal sealed record ListWorkers
{
    public static ListWorkers Instance { get; } = new();
}

/// <summary>The process of a worker has ended.</summary>
internal sealed record WorkerExited(string Name, string Reason);

/// <summary>A run to execute with the workers that take part.</summary>
internal sealed record RunRequest(RunPlan Plan, IRunObserver Observer, ScenarioPackage Package, IReadOnlyList<string> AllowedTargets, TaskCompletionSource<RunResult> Result);

/// <summary>Ends the current run as interrupted.</summary>
internal sealed record InterruptRun
{
    public static InterruptRun Instance { get; } = new();
}

/// <summary>Releases every worker; completes <paramref name="Done"/> when all confirmed it or a second has passed.</summary>
internal sealed record ReleaseWorkers(TaskCompletionSource Done);

/// <summary>What a coordinator is created with.</summary>
/// <param name="Program">Version of this program.</param>
/// <param name="Session">Random.</param>
/// <param name="Clock">Monotonic nanoseconds.</param>
internal sealed record CoordinatorSettings(string Program, long Session, WorkerLossPolicy OnWorkerLoss, Action<string> Log, Func<long> Clock);
