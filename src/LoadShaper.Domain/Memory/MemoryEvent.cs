using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>A change in what is held, with the inputs that led to it. A single step of growth is not an event.</summary>
public abstract record MemoryEvent(MemoryInput Input) : IEvent
{
    public DateTimeOffset At => Input.At;
}

/// <summary>Use is under the target, and nothing prevents filling it.</summary>
/// <param name="Want">What is to be held once it is filled.</param>
public sealed record MemoryGrowthStarted(MemoryInput Input, ByteSize Want) : MemoryEvent(Input);

public sealed record MemoryTargetReached(MemoryInput Input) : MemoryEvent(Input);

/// <summary>Growth ends short of the target.</summary>
public sealed record MemoryLimited(MemoryInput Input, MemoryLimit By) : MemoryEvent(Input);

/// <summary>The holder was ordered to release memory; <see cref="MemoryReleased"/> follows once it has.</summary>
/// <param name="Amount">What is to be released.</param>
/// <param name="Streak">Releases since the last quiet hour; the back-off doubles with each.</param>
/// <param name="NoGrowthBefore">The end of the back-off.</param>
public sealed record MemoryReleaseOrdered(
    MemoryInput Input, MemoryReleaseCause Cause, ByteSize Amount, int Streak, DateTimeOffset NoGrowthBefore) : MemoryEvent(Input);

/// <summary>Memory has gone back to the machine: on an order, by the holder's own decision, or because the holder ended.</summary>
/// <param name="Amount">What was released.</param>
/// <param name="Streak">As in the order, or counted here where there was none.</param>
/// <param name="NoGrowthBefore">The end of the back-off.</param>
public sealed record MemoryReleased(
    MemoryInput Input, MemoryReleaseCause Cause, ByteSize Amount, int Streak, DateTimeOffset NoGrowthBefore) : MemoryEvent(Input);

/// <summary>Why memory is released.</summary>
public enum MemoryReleaseCause
{
    /// <summary>Others use more than before; the target is met without.</summary>
    AboveTarget,

    /// <summary>Available memory fell under MEM_MIN_FREE_MB.</summary>
    Reserve,

    /// <summary>Tasks waited for memory (PSI).</summary>
    Pressure,

    /// <summary>Use reached MEM_STOP_PCT.</summary>
    StopThreshold,

    /// <summary>A cgroup limit came near.</summary>
    CgroupLimit,

    /// <summary>/proc/meminfo was unreadable for too long.</summary>
    ReadingMissing,

    /// <summary>MEM_TARGET_PCT is 0, or another lever is in use.</summary>
    SwitchedOff,

    /// <summary>The holder was killed by SIGKILL, and the kernel counted no OOM kill. Earlier builds: or by the OOM killer.</summary>
    HolderKilled,

    /// <summary>The holder exited in another way, did not report, or could not take what it was ordered to.</summary>
    HolderFailed,

    /// <summary>The holder was killed by SIGKILL while the kernel counted an OOM kill.</summary>
    HolderOutOfMemory,
}

/// <summary>What keeps growth short of the target.</summary>
public enum MemoryLimit
{
    None,
    Reserve,
    StopThreshold,
    Cgroup,
}
