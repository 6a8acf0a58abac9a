namespace LoadShaper.Domain.Safety;

/// <summary>The signals that keep the gate from being open.</summary>
[Flags]
public enum GateCauses
{
    None = 0,

    /// <summary>Our own threads were kept waiting for a CPU: somebody was preferred to them.</summary>
    RunDelay = 1,

    /// <summary>Foreign CPU use reached CPU_STOP_PCT.</summary>
    ForeignCpu = 2,

    /// <summary>Tasks stalled for want of memory (PSI, "some avg10").</summary>
    MemoryPressure = 4,

    /// <summary>The load average per core, without our own part, reached LOAD_THRESHOLD.</summary>
    LoadAverage = 8,

    /// <summary>Memory use reached MEM_STOP_PCT.</summary>
    MemoryUse = 16,

    /// <summary>Network use reached NET_STOP_PCT.</summary>
    NetworkUse = 32,

    /// <summary>CPU, memory or the load average could not be read.</summary>
    MissingReading = 64,
}
