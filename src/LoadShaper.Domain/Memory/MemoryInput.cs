using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>All that one decision about memory is made from.</summary>
/// <param name="Reading">Null where /proc/meminfo could not be read.</param>
/// <param name="UnseenFor">Time since the last reading; nothing while there is one.</param>
/// <param name="Recent">Null until the first reading.</param>
/// <param name="Pressure">Memory PSI, "some"; null where the kernel does not offer it.</param>
/// <param name="Cgroup">Null where no limit below the machine's memory applies.</param>
/// <param name="Held">What the holder has taken and written.</param>
/// <param name="Ordered">What it was last told to hold.</param>
/// <param name="Wanted">Whether memory is the lever in use (PROTECT_WITH).</param>
/// <param name="Lost">What the holder gave back of itself, or lost by dying, since the last decision.</param>
public sealed record MemoryInput(
    DateTimeOffset At,
    MemoryReading? Reading,
    TimeSpan UnseenFor,
    RecentMemory? Recent,
    Percent? Pressure,
    CgroupMemory? Cgroup,
    ByteSize Held,
    ByteSize Ordered,
    GatePosition Gate,
    bool Wanted,
    MemoryLoss? Lost = null);

/// <summary>Memory that went without an order.</summary>
public sealed record MemoryLoss(MemoryReleaseCause Cause, ByteSize Amount);
