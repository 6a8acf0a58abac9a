using System.Net.Sockets;
using LoadShaper.LoadTest.Engine;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest;

/// <summary>Executes a plan: the one entry of the engine.</summary>
public static class LoadRun
{
    /// <summary><see cref="RunResult.StopReason"/> of a run that its cancellation token ended.</summary>
    internal const string Interrupted = "Interrupted";

    /// <summary>The result of a run that sent nothing.</summary>
    public static RunResult NotStarted(RunPlan plan, RunEnd end, string reason) => RunExecution.NotStarted(plan, end, reason);

    /// <summary>
    /// Runs until the plan is done, the observer or the memory limit stops it, or <paramref name="cancellation"/> is used.
    /// The result is complete in every case; <see cref="RunResult.End"/> says how it ended.
    /// </summary>
    /// <param name="observer">Null: the run is not observed.</param>
    /// <exception cref="ArgumentException">The plan has problems (<see cref="RunPlanValidation.Validate"/>).</exception>
    public static Task<RunResult> ExecuteAsync(RunPlan plan, IRunObserver? observer = null, CancellationToken cancellation = default) =>
        ExecuteAsync(plan, observer, LoadRunOptions.Default, cancellation);

    /// <inheritdoc cref="ExecuteAsync(RunPlan, IRunObserver, CancellationToken)"/>
    public static async Task<RunResult> ExecuteAsync(RunPlan plan, IRunObserver? observer, LoadRunOptions options, CancellationToken cancellation)
    {
        var problems = plan.Validate();
        if (problems.Count > 0)
            throw new ArgumentException($"The plan cannot be executed: {string.Join("; ", problems)}", nameof(plan));
        var addresses = plan.Targets.Select(target => new AddressBook(target)).ToList();
        for (var i = 0; i < addresses.Count; i++)
        {
            try
            {
                await addresses[i].ResolveAsync(cancellation).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                return RunExecution.NotStarted(plan, RunEnd.EngineFailed, $"Cannot resolve host '{plan.Targets[i].Host}': {e.Message}. Check the name, or use an address");
            }
            catch (OperationCanceledException)
            {
                return RunExecution.NotStarted(plan, RunEnd.Interrupted, "Interrupted before the start");
            }
        }

        using var execution = new RunExecution(plan, observer, addresses, options);
        return await execution.RunAsync(cancellation).ConfigureAwait(false);
    }
}
