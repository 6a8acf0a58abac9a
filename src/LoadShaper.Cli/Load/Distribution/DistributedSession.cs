using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Session;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>A session whose run is executed by workers.</summary>
internal static class DistributedSession
{
    /// <param name="session">Runs the session itself.</param>
    /// <param name="progress">Gets a line for every worker that joins.</param>
    /// <param name="warning">Gets refusals, losses and errors of local workers.</param>
    public static async Task<SessionOutcome> RunAsync(
        DistributedRun run, SessionRequest request, Func<SessionRequest, Task<SessionOutcome>> session, Action<string> progress, Action<string> warning, CancellationToken cancel)
    {
        // Before minutes of waiting for workers.
        if (await RefusalAsync(run, request, cancel) is { } refusal)
            return refusal;
        try
        {
            var source = request.Scenario.Source;
            var package = ScenarioPackage.Of(
                request.Scenario, ScenarioLoader.IsUrl(source) ? "." : Path.GetDirectoryName(Path.GetFullPath(source))!, SessionOptions.ProcessEnvironment());
            await using var workers = await RunWorkers.JoinAsync(run, progress, warning, cancel);
            return await session(request with { Executor = workers.Executor(package, request.AllowedTargets) });
        }
        catch (ScenarioException e)
        {
            return Refused(LoadExitCode.Config, string.Join("\n", e.Problems));
        }
        catch (WorkersMissingException e)
        {
            return Refused(e.ExitCode, e.Message);
        }
    }

    /// <summary>Why the run cannot take place, as far as that is known without workers; null when it can.</summary>
    internal static async Task<SessionOutcome?> RefusalAsync(DistributedRun run, SessionRequest request, CancellationToken cancel)
    {
        if (HookRunner.Refusal(request.Scenario, request.AllowHooks) is { } hooks)
            return Refused(LoadExitCode.Usage, hooks);
        if (PartProblems(request.Scenario, run.Workers) is { Count: > 0 } problems)
            return Refused(LoadExitCode.Config, string.Join("\n", problems));
        if (await LoadSession.TargetRefusalAsync(request.Scenario.Plan, request.AllowedTargets, cancel) is var (code, problem))
            return Refused(code, problem);
        return request.Out is { } directory && OutputProblem(directory) is { } unusable ? Refused(LoadExitCode.Failure, unusable) : null;
    }

    /// <summary>What every worker would refuse. The last part is the smallest.</summary>
    private static IReadOnlyList<string> PartProblems(Scenario scenario, int workers) =>
        [.. WorkerRun.PlanOf(scenario.Plan, new SchedulePartition(workers - 1, workers)).Validate().Select(problem => $"{scenario.Source}: {problem}")];

    /// <summary>Checks the directory, or the nearest one above it that exists: nothing is created before there are workers.</summary>
    private static string? OutputProblem(string path)
    {
        var existing = Path.GetFullPath(path);
        while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } above)
            existing = above;
        using var directory = new OutputDirectory(existing, _ => { });
        return directory.Create();
    }

    private static SessionOutcome Refused(int exitCode, string problem) => new(exitCode, problem, null, []);
}
