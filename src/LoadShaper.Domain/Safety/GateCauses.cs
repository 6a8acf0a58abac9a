namespace LoadShaper.Domain.Safety;

/// <summary>The signals that keep the gate from being open.</summary>
[Flags]
public enum GateCauses
{
    None = 0,

    /// <summary>Our own threads waited for a CPU: other tasks were preferred to them.</summary>
    RunDelay = 1,

    /// <summary>Foreign CPU use reached CPU_STOP_PCT.</summary>
    ForeignCpu = 2,

    /// <summary>Tasks stalled on memory (PSI, "some avg10").</summary>
    MemoryPressure = 4,

    /// <summary>The load average per core, without our own part, reached LOAD_THRESHOLD.</summary>
    LoadAverage = 8,

    /// <summary>Memory use reached MEM_STOP_PCT.</summary>
    MemoryUse = 16,

    /// <summary>Network use reached NET_STOP_PCT.</summary>
    NetworkUse = 32,

    /// <summary>CPU, memory or the load average could not be read.</summary>
    MissingReading = 64,

    /// <summary>
    /// It closed repeatedly and is held for a while (<see cref="GateHold"/>). Shown with a decision, never in an event.
    /// </summary>
    Repeated = 128,
}
