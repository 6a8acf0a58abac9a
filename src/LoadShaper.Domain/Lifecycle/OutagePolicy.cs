namespace LoadShaper.Domain.Lifecycle;

/// <summary>
/// What to do while the journal is unavailable: idle, retry with a growing delay, and after an hour decide in memory at the minimum
/// safe load, because a VM without load is reclaimed.
/// </summary>
public static class OutagePolicy
{
    public static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    /// <summary>How long the machine stays without load rather than be loaded without a record.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private const string UnknownProblem = "the controller failed; see the log";

    public static OutageDecision Decide(OutageState state, OutageInput input) => input switch
    {
        OutageInput.Failed failed => new(
            state with { Problem = failed.Problem, IsDamaged = failed.Damaged, IsUnreadable = failed.InRecovery }, OutagePlan.Nothing),
        OutageInput.ControllerEnded ended => Retry(
            state with { Since = state.Since ?? ended.At, Problem = state.Problem ?? UnknownProblem },
            // By a timer and not by a difference of times: the clock may be set meanwhile.
            new OutagePlan(IdleWorkers: true, PatienceAfter: state.IsAvailable ? Patience : null)),
        OutageInput.NotPrepared not => Retry(state with { Problem = not.Problem }, OutagePlan.Nothing),
        OutageInput.Prepared => new(state with { IsDamaged = false }, new OutagePlan(StartController: true)),
        OutageInput.Recovered => new(OutageState.None, new OutagePlan(PatienceAfter: TimeSpan.Zero)),
        OutageInput.PatienceElapsed => new(state with { DecidesInMemory = !state.IsAvailable }, OutagePlan.Nothing),
        _ => new(state, OutagePlan.Nothing),
    };

    private static OutageDecision Retry(OutageState state, OutagePlan plan)
    {
        var retry = state.Retry.Next();
        return new(state with { Retry = retry }, plan with { RetryAfter = retry.Delay });
    }
}
