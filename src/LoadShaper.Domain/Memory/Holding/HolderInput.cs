using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory.Holding;

/// <summary>What the holder is decided from: orders, its reports, its end, and times that ran out.</summary>
public abstract record HolderInput
{
    /// <summary>What the decision about memory asks for.</summary>
    /// <param name="Cause">Why less; null when it is not less.</param>
    /// <param name="Off">Memory is not the lever: no holder is needed.</param>
    /// <param name="Settled">What is held is what it should be: a fault of before is over.</param>
    public sealed record Hold(ByteSize Size, MemoryReleaseCause? Cause, bool Off, bool Settled) : HolderInput;

    /// <summary>The daemon stops, or memory is given up: the holder is to end.</summary>
    public sealed record End : HolderInput;

    /// <summary>The process could not be started.</summary>
    public sealed record StartFailed(string Reason) : HolderInput;

    public sealed record Ready(bool Huge) : HolderInput;

    /// <summary>Its regular report.</summary>
    public sealed record Holding(ByteSize Held, ByteSize Resident) : HolderInput;

    /// <summary>It released memory without an order, for the <paramref name="Count"/>th time, and holds the rest.</summary>
    public sealed record Lost(MemoryReleaseCause Cause, ByteSize Amount, ByteSize Held, int Count) : HolderInput;

    /// <summary>It cannot take what it was ordered to.</summary>
    public sealed record Fault(string Reason) : HolderInput;

    /// <summary>It ended without having been asked to.</summary>
    /// <param name="BySigkill">The OOM killer uses SIGKILL, as others may.</param>
    /// <param name="OutOfMemory">The kernel counted an OOM kill meanwhile.</param>
    public sealed record Exited(int ExitCode, bool BySigkill, bool OutOfMemory) : HolderInput;

    /// <summary>It has ended as it was asked to, or was killed; its memory is back.</summary>
    public sealed record Stopped : HolderInput;

    /// <summary>A time ran out that <see cref="HolderAction.Await"/> began.</summary>
    public sealed record Elapsed(HolderWait Wait) : HolderInput;
}

/// <summary>What the holder is waited for.</summary>
public enum HolderWait
{
    Ready,
    Release,
    Report,
}
