using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>Everything that one decision about memory is made from.</summary>
/// <param name="Reading">Null where /proc/meminfo could not be read.</param>
/// <param name="UnseenFor">Time since the last reading; nothing while there is one.</param>
/// <param name="Recent">Null until the first reading.</param>
/// <param name="Pressure">Memory PSI, "some"; null where the kernel does not offer it.</param>
/// <param name="Cgroup">Null where no limit below the machine's memory applies.</param>
/// <param name="Held">What the holder has taken and written.</param>
/// <param name="Ordered">What it was last ordered to hold.</param>
/// <param name="Wanted">Whether memory is the lever in use (PROTECT_WITH).</param>
/// <param name="Lost">What the holder released without an order, or lost by ending, since the last decision.</param>
/// <param name="Returned">What the holder has released on an order; null except when just that is to be recorded.</param>
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
    MemoryLoss? Lost = null,
    MemoryReturn? Returned = null);

/// <summary>Memory released without an order.</summary>
public sealed record MemoryLoss(MemoryReleaseCause Cause, ByteSize Amount);

/// <summary>An order to release memory that the holder has carried out.</summary>
public sealed record MemoryReturn(MemoryReleaseCause Cause, ByteSize Amount);
