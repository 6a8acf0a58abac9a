using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory.Holding;

/// <summary>What to do about the holder.</summary>
public abstract record HolderAction
{
    /// <param name="InDaemon">As a thread of the daemon, not as a process.</param>
    public sealed record Start(bool InDaemon) : HolderAction;

    /// <param name="Size">What to hold.</param>
    /// <param name="LossesSeen">How many losses are known here; growth ordered before the last one is void.</param>
    public sealed record Order(ByteSize Size, int LossesSeen) : HolderAction;

    /// <param name="Kill">By SIGKILL at once; otherwise it is asked to end first.</param>
    public sealed record Stop(bool Kill) : HolderAction;

    /// <summary>Starts a timer, in place of one for the same that runs already.</summary>
    public sealed record Await(HolderWait Wait, TimeSpan For) : HolderAction;

    public sealed record Cancel(HolderWait Wait) : HolderAction;
}

/// <summary>A decision about the holder.</summary>
/// <param name="Returned">An order to release that has just been carried out; null when none has.</param>
/// <param name="Failure">What has just failed, for the log; null when nothing has.</param>
public sealed record HolderDecision(HolderState State, IReadOnlyList<HolderAction> Plan, MemoryReturn? Returned = null, string? Failure = null);
