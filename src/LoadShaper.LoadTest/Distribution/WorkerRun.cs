using LoadShaper.LoadTest.Engine;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Runs;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Session;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>What a worker needs to know beside the scenario.</summary>
/// <param name="Part">Which arrivals and users are its own.</param>
/// <param name="StartAt">CLOCK_MONOTONIC of the worker in nanoseconds at which the schedule starts.</param>
public sealed record WorkerAssignment(SchedulePartition Part, long StartAt)
{
    /// <summary>Hosts outside loopback and private addresses that may be loaded.</summary>
    public IReadOnlyCollection<string> AllowedTargets { get; init; } = [];

    /// <summary>As <see cref="LoadRunOptions.From"/>: not zero for a part that is taken over from a lost worker.</summary>
    public TimeSpan From { get; init; }

    /// <summary>As <see cref="LoadRunOptions.SendLimit"/>: the coordinator's permission to send.</summary>
    public SendLimit? SendLimit { get; init; }
}

/// <summary>Executes one part of a scenario and reports it.</summary>
public static class WorkerRun
{
    /// <param name="report">Called about once a second on one thread, and last with the final report. It must not throw or block for long.</param>
    /// <returns>The result of this part; the final report has the same figures.</returns>
    public static async Task<RunResult> ExecuteAsync(Scenario scenario, WorkerAssignment assignment, Action<WorkerReport> report, CancellationToken cancel)
    {
        // The caller may be an actor; starting the engine takes some milliseconds.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var reporter = new WorkerReporter(report);
        var plan = PlanOf(scenario.Plan, assignment.Part);
        var (result, faults) = await ExecuteAsync(scenario, plan, assignment, reporter, cancel).ConfigureAwait(false);
        reporter.Finish(result, faults);
        return result;
    }

    /// <summary>The plan of one part: its arrivals, its users, and its share of the connections, at least one.</summary>
    public static RunPlan PlanOf(RunPlan plan, SchedulePartition part) => plan with
    {
        Partition = part,
        Connections = Math.Max(1, (plan.Connections - part.Index + part.Count - 1) / part.Count),
    };

    private static async Task<(RunResult, IReadOnlyDictionary<string, long>?)> ExecuteAsync(
        Scenario scenario, RunPlan plan, WorkerAssignment assignment, WorkerReporter reporter, CancellationToken cancel)
    {
        if (plan.Validate() is { Count: > 0 } problems)
            return (LoadRun.NotStarted(plan, RunEnd.EngineFailed, string.Join("; ", problems)), null);
        if (await LoadSession.TargetRefusalAsync(plan, assignment.AllowedTargets, cancel).ConfigureAwait(false) is var (code, problem))
            return (LoadRun.NotStarted(plan, code == LoadExitCode.Interrupted ? RunEnd.Interrupted : RunEnd.EngineFailed, problem), null);
        var options = new LoadRunOptions { StartAt = assignment.StartAt, From = assignment.From, SendLimit = assignment.SendLimit, CumulativeEvery = WorkerReporter.SnapshotEvery };
        if (scenario.Faults is not { } policy)
            return (await LoadRun.ExecuteAsync(plan, reporter, options, cancel).ConfigureAwait(false), null);
        RunFaults faults;
        try
        {
            faults = await RunFaults.StartAsync(OfPart(policy, assignment), plan.Targets, text => reporter.OnWarning(new RunWarning(TimeSpan.Zero, "faults.failed", text))).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            return (LoadRun.NotStarted(plan, RunEnd.EngineFailed, $"Faults cannot be started: {e.Message}"), null);
        }

        await using (faults.ConfigureAwait(false))
        {
            var result = await LoadRun.ExecuteAsync(faults.Through(plan), reporter, options, cancel).ConfigureAwait(false);
            return (result, await faults.CountersAsync().ConfigureAwait(false));
        }
    }

    /// <summary>Each worker has its own random choices, and schedules that start with the run.</summary>
    private static RunFaultPlan OfPart(RunFaultPlan plan, WorkerAssignment assignment)
    {
        var until = TimeSpan.FromTicks((assignment.StartAt - RunClock.Monotonic) / 100);
        return new RunFaultPlan(
            plan.Policy.Schedule is { } schedule ? plan.Policy with { Schedule = new DelayedSchedule(until, schedule) } : plan.Policy,
            plan.Seed + (ulong)assignment.Part.Index);
    }
}
