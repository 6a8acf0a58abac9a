using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Session;

/// <summary>Executes the run of a session elsewhere than in this process; faults are then started where the requests are sent.</summary>
public interface IRunExecutor
{
    /// <summary>The result is complete however the run ends; <see cref="RunResult.End"/> says how it did.</summary>
    Task<RunResult> ExecuteAsync(RunPlan plan, IRunObserver observer, CancellationToken cancel);
}
