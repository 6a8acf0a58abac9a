using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>State of the memory lever for telemetry, /health and /metrics.</summary>
/// <param name="Use">By each formula; null where /proc/meminfo could not be read.</param>
/// <param name="Want">What is to be held once the target is met.</param>
/// <param name="Held">What the holder has taken.</param>
/// <param name="Resident">What of it is in memory and counts; null until the holder has looked.</param>
/// <param name="Huge">Whether the kernel gives huge pages for it.</param>
/// <param name="Holder">Where it is held.</param>
/// <param name="Trouble">Why there is no holder, or why it holds less than ordered; null when all is well.</param>
public sealed record MemoryStatus(
    DateTimeOffset At,
    MemoryPhase Phase,
    MemoryLimit Limit,
    Percent Target,
    MemoryUse? Use,
    ByteSize Want,
    ByteSize Held,
    ByteSize? Resident,
    ByteSize Reserve,
    bool Huge,
    MemoryHolder Holder,
    int? HolderPid,
    MemoryReleased? LastRelease,
    DateTimeOffset? NoGrowthBefore,
    string? Trouble);

public enum MemoryHolder
{
    None,

    /// <summary>A process of its own: the OOM killer takes it and not the daemon.</summary>
    Process,

    /// <summary>The daemon itself, where no process could be started.</summary>
    Daemon,
}
