namespace LoadShaper.Domain.Sampling;

/// <summary>Kernel counters that advanced further than the elapsed time and the number of CPUs allow.</summary>
[Flags]
public enum ImpossibleCounters
{
    None = 0,

    /// <summary>user, nice, system, idle, irq or softirq of /proc/stat: the CPU reading is missing.</summary>
    CpuTime = 1,

    /// <summary>steal of /proc/stat: it counts for at most the time that the other fields leave.</summary>
    Steal = 2,

    /// <summary>iowait of /proc/stat: it counts for at most the time that the other fields leave.</summary>
    IoWait = 4,

    /// <summary>CPU time of this process: the workers' threads are counted in its place.</summary>
    OwnCpu = 8,

    /// <summary>CPU time of a worker's thread: the thread counts as idle.</summary>
    ThreadCpu = 16,

    /// <summary>Run-queue delay of a worker's thread: the run-queue delay is missing.</summary>
    RunDelay = 32,

    /// <summary>Bytes of the watched interface: the network reading is missing.</summary>
    Network = 64,
}
