using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>A turn in what is held, with the inputs that led to it. A single step of growth is none.</summary>
public abstract record MemoryEvent(MemoryInput Input) : IEvent
{
    public DateTimeOffset At => Input.At;
}

/// <summary>Use is under the target, and nothing forbids to fill it.</summary>
/// <param name="Want">What is to be held when it is filled.</param>
public sealed record MemoryGrowthStarted(MemoryInput Input, ByteSize Want) : MemoryEvent(Input);

public sealed record MemoryTargetReached(MemoryInput Input) : MemoryEvent(Input);

/// <summary>Growth ends short of the target.</summary>
public sealed record MemoryLimited(MemoryInput Input, MemoryLimit By) : MemoryEvent(Input);

/// <summary>Memory goes back to the machine, or went.</summary>
/// <param name="Streak">How often since the last quiet hour; the back-off doubles with each.</param>
/// <param name="NoGrowthBefore">The end of the back-off.</param>
public sealed record MemoryReleased(
    MemoryInput Input, MemoryReleaseCause Cause, ByteSize Amount, int Streak, DateTimeOffset NoGrowthBefore) : MemoryEvent(Input);

/// <summary>Why memory went back.</summary>
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

    /// <summary>The kernel's OOM killer, or somebody, killed the holder with SIGKILL.</summary>
    HolderKilled,

    /// <summary>The holder ended otherwise, or could not take what it was told to.</summary>
    HolderFailed,
}

/// <summary>What keeps growth short of the target.</summary>
public enum MemoryLimit
{
    None,
    Reserve,
    StopThreshold,
    Cgroup,
}
