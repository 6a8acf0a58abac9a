using LoadShaper.Domain.Sampling.Proc;

namespace LoadShaper.Domain.Sampling;

/// <summary>
/// Which advances of kernel counters can be true. Known kernel faults make steal, iowait and run-queue delay jump by years;
/// taken once, such a jump is 100 % use, and taken always it keeps the gate closed.
/// </summary>
public static class CounterPolicy
{
    // Ticks of 10 ms: USER_HZ is 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    // Counters are read a moment after the clock, and tick in steps.
    private const double Tolerance = 1.5;
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(0.5);

    // No interface of a VM is as fast; the known speed may be wrong.
    private const double HighestBitsPerSecond = 1e12;

    /// <summary>The most that counters of <paramref name="cpus"/> CPUs together may advance by in <paramref name="elapsed"/>.</summary>
    public static TimeSpan Limit(TimeSpan elapsed, int cpus) => (Tolerance * elapsed + Slack) * Math.Max(1, cpus);

    /// <summary>
    /// Bounds the advance of /proc/stat. Steal and iowait are counted apart from the rest and may be wrong alone: an
    /// impossible one counts for the time that the other fields leave. Any other impossible field leaves no reading.
    /// </summary>
    /// <param name="advance">By how much each field advanced; not negative.</param>
    /// <returns>The ticks that count, null for no reading, and the fields that were impossible.</returns>
    public static (CpuTicks? Ticks, ImpossibleCounters Impossible) Bound(CpuTicks advance, TimeSpan elapsed, int cpus)
    {
        var limit = (long)(Limit(elapsed, cpus).TotalSeconds * TicksPerSecond);
        long[] fields = [advance.User, advance.Nice, advance.System, advance.Idle, advance.Irq, advance.SoftIrq];
        if (fields.Any(field => field > limit) || fields.Sum() is var rest && rest > limit)
            return (null, ImpossibleCounters.CpuTime);

        var impossible =
            (advance.Steal > limit ? ImpossibleCounters.Steal : ImpossibleCounters.None)
            | (advance.IoWait > limit ? ImpossibleCounters.IoWait : ImpossibleCounters.None);
        if (impossible == ImpossibleCounters.None && rest + advance.Steal + advance.IoWait > limit)
            impossible = ImpossibleCounters.Steal | ImpossibleCounters.IoWait;
        if (impossible == ImpossibleCounters.None)
            return (advance, impossible);

        var left = Math.Max(0, (long)(elapsed.TotalSeconds * TicksPerSecond * Math.Max(1, cpus)) - rest);
        // A possible field keeps its time; where both are doubtful steal does, which is the side of less load.
        var steal = impossible == ImpossibleCounters.Steal
            ? Math.Max(0, left - advance.IoWait)
            : Math.Min(advance.Steal, left);
        var ioWait = Math.Min(advance.IoWait, Math.Max(0, left - steal));
        return (advance with { Steal = steal, IoWait = ioWait }, impossible);
    }

    /// <summary>Whether an interface can have carried so many bytes.</summary>
    public static bool IsPossible(long bytes, TimeSpan elapsed) =>
        8.0 * bytes <= HighestBitsPerSecond * (elapsed + Slack).TotalSeconds;
}
