using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling;

/// <summary>
/// What was seen of the machine over one control period. A reading that could not be taken is null, never 0.
/// </summary>
/// <param name="At">The end of the period, UTC.</param>
/// <param name="Period">How long it lasted by the monotonic clock.</param>
/// <param name="CpuCount">CPUs that are online.</param>
/// <param name="Impossible">Counters with an impossible advance; the readings leave them out or limit them.</param>
public sealed record Sample(
    DateTimeOffset At,
    TimeSpan Period,
    int CpuCount,
    CpuReading? Cpu,
    MemoryReading? Memory,
    NetworkReading? Network,
    LoadReading? Load,
    PressureReading? Pressure = null,
    RunDelayReading? RunDelay = null,
    ImpossibleCounters Impossible = ImpossibleCounters.None)
{
    /// <summary>The 1-minute load average as LOAD_THRESHOLD is meant: per core.</summary>
    public double? LoadPerCore => Load is { } load && CpuCount > 0 ? load.OneMinute / CpuCount : null;
}

/// <summary>CPU use as shares of all CPUs together.</summary>
/// <param name="Busy">user + nice + system + irq + softirq + steal, as Oracle counts; iowait is idle, guest is not counted twice.</param>
/// <param name="BusyWithoutSteal">The same less steal: what a hypervisor-side metric could see.</param>
/// <param name="Steal">Time the hypervisor gave to others while this machine wanted it.</param>
/// <param name="Own">What this daemon used, burning and control plane together.</param>
/// <param name="Burning">What the workers' threads used.</param>
public sealed record CpuReading(Percent Busy, Percent BusyWithoutSteal, Percent Steal, Percent Own, Percent Burning)
{
    /// <summary>CPU use of other processes.</summary>
    public Percent Foreign => Percent.Clamp(Busy.Value - Own.Value);
}

/// <summary>/proc/meminfo of the machine, not of a container.</summary>
/// <param name="Available">MemAvailable; null on kernels before 3.14.</param>
public sealed record MemoryReading(
    ByteSize Total,
    ByteSize Free,
    ByteSize? Available,
    ByteSize Buffers,
    ByteSize Cached,
    ByteSize Reclaimable,
    ByteSize Shared);

/// <summary>Traffic of the watched interface over one control period.</summary>
/// <param name="Link">Link speed, known or configured (NET_LINK_MBIT).</param>
/// <param name="Source">Where the speed comes from; null in journals of earlier builds.</param>
public sealed record NetworkReading(string Interface, BitRate Received, BitRate Sent, BitRate Link, LinkSource? Source = null)
{
    /// <summary>The larger direction as a share of the link.</summary>
    public Percent Utilization => Percent.Clamp(
        Link.BitsPerSecond > 0 ? 100 * Math.Max(Received.BitsPerSecond, Sent.BitsPerSecond) / Link.BitsPerSecond : 0);
}

/// <summary>/proc/loadavg. The averages contain our own workers.</summary>
/// <param name="ForeignOneMinute">The 1-minute average less what our workers put into it.</param>
public sealed record LoadReading(double OneMinute, double FiveMinutes, double FifteenMinutes, double ForeignOneMinute);

/// <summary>/proc/pressure (PSI), "some avg10" in percent; null where the kernel does not offer it.</summary>
public sealed record PressureReading(Percent? Cpu, Percent? Memory, Percent? Io);

/// <summary>How long our own threads were runnable but not running in this period (/proc/self/task/TID/schedstat), summed over threads.</summary>
/// <param name="Waited">Run-queue delay of the workers' threads.</param>
/// <param name="Ran">CPU time of the workers' threads.</param>
public sealed record RunDelayReading(TimeSpan Waited, TimeSpan Ran)
{
    /// <summary>Waiting as a share of wanting to run; 0 where nothing was wanted.</summary>
    public Percent Share => Percent.Clamp(
        Waited + Ran > TimeSpan.Zero ? 100 * (Waited / (Waited + Ran)) : 0);
}
