using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory.Holding;

public enum HolderPhase
{
    None,

    /// <summary>Started, not ready for orders yet.</summary>
    Starting,

    Running,

    /// <summary>Asked to end or killed; its memory still counts as held until it has ended.</summary>
    Stopping,
}

/// <summary>An order to release that is not carried out yet.</summary>
/// <param name="From">What was held when it was given.</param>
/// <param name="To">What is to be held then.</param>
public sealed record PendingRelease(MemoryReleaseCause Cause, ByteSize From, ByteSize To);

/// <summary>What the daemon knows of the holder of memory.</summary>
/// <param name="Number">Counts the holders; messages of earlier ones are ignored. 0 before the first.</param>
/// <param name="IsProcess">Whether this holder is a process of its own; only a process can be killed.</param>
/// <param name="InDaemon">No process can be started here: the next holder is a thread of the daemon.</param>
/// <param name="InDaemonBecause">Why; null while processes are used.</param>
/// <param name="FailedStarts">Processes in a row that ended before they were ready.</param>
/// <param name="Huge">Whether the kernel gives it huge pages.</param>
/// <param name="Held">What it last reported to hold.</param>
/// <param name="Resident">What of it was in memory when it last looked.</param>
/// <param name="Ordered">What it was last ordered to hold.</param>
/// <param name="Losses">How often it released memory without an order.</param>
/// <param name="Lost">What it lost since the last decision about memory; null when nothing.</param>
/// <param name="Fault">What is wrong with it; null when nothing is.</param>
/// <param name="IsLate">Half of the time in which a report is due has passed.</param>
public sealed record HolderState(
    int Number,
    HolderPhase Phase,
    bool IsProcess,
    bool InDaemon,
    string? InDaemonBecause,
    int FailedStarts,
    bool Huge,
    ByteSize Held,
    ByteSize Resident,
    ByteSize Ordered,
    int Losses,
    PendingRelease? Pending,
    MemoryLoss? Lost,
    string? Fault,
    bool IsLate)
{
    public static readonly HolderState None = new(
        0, HolderPhase.None, false, false, null, 0, false, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, 0, null, null, null, false);

    /// <summary>Whether it is a process that has memory or is to take some, and so reports at least every <see cref="HolderPolicy.ReportLimit"/>.</summary>
    public bool MustReport => IsProcess && Phase == HolderPhase.Running && (Held > ByteSize.Zero || Ordered > ByteSize.Zero);

    /// <summary>After its end: nothing is held, also with an order pending.</summary>
    public HolderState Gone() => this with
    {
        Phase = HolderPhase.None,
        Held = ByteSize.Zero,
        Resident = ByteSize.Zero,
        Ordered = ByteSize.Zero,
        Losses = 0,
        Pending = null,
        IsLate = false,
    };

    public HolderState Lose(MemoryReleaseCause cause, ByteSize amount) =>
        this with { Lost = new MemoryLoss(cause, amount + (Lost?.Amount ?? ByteSize.Zero)) };
}
