namespace LoadShaper.Domain.Lifecycle;

/// <summary>What happens to the journal, as its supervisor sees it.</summary>
public abstract record OutageInput
{
    /// <summary>A read or write failed; the controller stops next.</summary>
    public sealed record Failed(string Problem, bool Damaged, bool InRecovery) : OutageInput;

    /// <summary>The controller has stopped without a stop request.</summary>
    public sealed record ControllerEnded(DateTimeOffset At) : OutageInput;

    /// <summary>The file cannot be used.</summary>
    public sealed record NotPrepared(string Problem) : OutageInput;

    /// <summary>The file can be used; a damaged one was moved aside.</summary>
    public sealed record Prepared : OutageInput;

    /// <summary>The controller has recorded everything that was missing.</summary>
    public sealed record Recovered : OutageInput;

    /// <summary>The outage has lasted for <see cref="OutagePolicy.Patience"/>.</summary>
    public sealed record PatienceElapsed : OutageInput;
}
