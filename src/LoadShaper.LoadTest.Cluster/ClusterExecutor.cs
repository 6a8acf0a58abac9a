using Akka.Actor;
using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Session;

namespace LoadShaper.LoadTest.Cluster;

/// <summary>Executes a run on the workers of a coordinator: each sends its part of the schedule of <paramref name="package"/>.</summary>
/// <param name="coordinator">Has the workers that execute the run. It starts only with as many as were waited for.</param>
/// <param name="package">The scenario whose plan is executed.</param>
/// <param name="allowedTargets">The values of --allow-target, for the check that every worker does itself.</param>
public sealed class ClusterExecutor(ClusterCoordinator coordinator, ScenarioPackage package, IReadOnlyCollection<string> allowedTargets) : IRunExecutor
{
    public async Task<RunResult> ExecuteAsync(RunPlan plan, IRunObserver observer, CancellationToken cancel)
    {
        var result = new TaskCompletionSource<RunResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        coordinator.Actor.Tell(new RunRequest(plan, observer, package, [.. allowedTargets], result), ActorRefs.NoSender);
        await using var registration = cancel.Register(() => coordinator.Actor.Tell(InterruptRun.Instance, ActorRefs.NoSender)).ConfigureAwait(false);
        await Task.WhenAny(result.Task, coordinator.Node.System.WhenTerminated).ConfigureAwait(false);
        result.TrySetResult(LoadRun.NotStarted(plan, RunEnd.EngineFailed, "The coordinator ended"));
        return await result.Task.ConfigureAwait(false);
    }
}
