namespace LoadShaper.Domain.Lifecycle;

/// <summary>What is at the path of the instance lock, compared with the file that this daemon has locked.</summary>
public enum LockPath
{
    /// <summary>The locked file itself.</summary>
    Ours,

    /// <summary>No file: it, its directory or its volume was removed or moved.</summary>
    Missing,

    /// <summary>Another file.</summary>
    Replaced,

    /// <summary>It cannot be examined.</summary>
    Unreadable,
}

/// <summary>What came of locking the file that is at the path now.</summary>
public enum LockAttempt
{
    Taken,

    /// <summary>Another process holds it.</summary>
    HeldByOther,

    /// <summary>It cannot be created or opened.</summary>
    Failed,
}

/// <summary>Whether this daemon may write.</summary>
public enum LockStatus
{
    Held,

    /// <summary>Perhaps another daemon may start: nothing is written and no load runs until it is taken again.</summary>
    InDoubt,

    /// <summary>Another daemon has the directory: this one ends.</summary>
    Lost,
}

/// <param name="OthersSeen">Looks in succession at which another process held the lock at the path.</param>
public sealed record InstanceLockState(LockStatus Status, int OthersSeen)
{
    public static readonly InstanceLockState Start = new(LockStatus.Held, 0);
}

/// <summary>
/// One daemon for a data directory, also when the lock file, its directory or its volume is removed or replaced meanwhile:
/// a lock on a file that is no longer at its path keeps no second daemon from starting.
/// </summary>
public static class InstanceLockPolicy
{
    // A single look may coincide with a daemon that is being refused, or with a doctor that tries the lock.
    private const int LooksUntilLost = 2;

    /// <summary>Whether the lock has to be taken at the path again.</summary>
    public static bool IsToBeTaken(LockPath path) => path is LockPath.Missing or LockPath.Replaced;

    /// <param name="attempt">What came of taking it again; null where that was not tried.</param>
    public static InstanceLockState Decide(InstanceLockState state, LockPath path, LockAttempt? attempt) => (path, attempt) switch
    {
        (LockPath.Ours, _) or (_, LockAttempt.Taken) => InstanceLockState.Start,
        (_, LockAttempt.HeldByOther) => state.OthersSeen + 1 >= LooksUntilLost
            ? new InstanceLockState(LockStatus.Lost, state.OthersSeen + 1)
            : new InstanceLockState(LockStatus.InDoubt, state.OthersSeen + 1),
        _ => new InstanceLockState(LockStatus.InDoubt, 0),
    };
}
