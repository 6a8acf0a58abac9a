namespace LoadShaper.Domain.Lifecycle;

/// <summary>What to do about an outage of the journal.</summary>
/// <param name="IdleWorkers">All load stops at once.</param>
/// <param name="StartController">The controller is started again.</param>
/// <param name="RetryAfter">When to prepare the file and try again; null when not.</param>
/// <param name="PatienceAfter">When <see cref="OutageInput.PatienceElapsed"/> is due, by a timer; zero cancels it, null leaves it.</param>
public sealed record OutagePlan(
    bool IdleWorkers = false, bool StartController = false, TimeSpan? RetryAfter = null, TimeSpan? PatienceAfter = null)
{
    public static readonly OutagePlan Nothing = new();
}

/// <summary>A decision about an outage.</summary>
public sealed record OutageDecision(OutageState State, OutagePlan Plan);
