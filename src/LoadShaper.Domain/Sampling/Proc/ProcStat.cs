namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/stat: what all CPUs together have done since boot.</summary>
/// <param name="CpuCount">CPUs that are online.</param>
public sealed record ProcStat(int CpuCount, CpuTicks All)
{
    public static ProcStat? Parse(ReadOnlySpan<byte> text)
    {
        CpuTicks? all = null;
        var cpus = 0;
        var lines = new ProcText(text);
        while (lines.NextLine(out var line))
        {
            var name = line.NextWord();
            if (name.SequenceEqual("cpu"u8))
            {
                if (line.NextLong() is not { } user || line.NextLong() is not { } nice
                    || line.NextLong() is not { } system || line.NextLong() is not { } idle)
                    return null;

                // Kernels before 2.6.11 end the line earlier; what is not counted is 0. After steal come guest and
                // guest_nice, which user and nice contain already.
                all = new CpuTicks(
                    user, nice, system, idle,
                    line.NextLong() ?? 0, line.NextLong() ?? 0, line.NextLong() ?? 0, line.NextLong() ?? 0);
            }
            else if (name.StartsWith("cpu"u8) && ProcText.Long(name[3..]) is not null)
            {
                cpus++;
            }
            else if (cpus > 0)
            {
                break;
            }
        }

        return all is { } ticks && cpus > 0 ? new ProcStat(cpus, ticks) : null;
    }
}

/// <summary>CPU time in ticks of 10 ms.</summary>
public readonly record struct CpuTicks(
    long User, long Nice, long System, long Idle, long IoWait, long Irq, long SoftIrq, long Steal)
{
    /// <summary>How far each counter came since then; one that ran backwards counts as unchanged.</summary>
    public CpuTicks Since(CpuTicks then) => new(
        Math.Max(0, User - then.User),
        Math.Max(0, Nice - then.Nice),
        Math.Max(0, System - then.System),
        Math.Max(0, Idle - then.Idle),
        Math.Max(0, IoWait - then.IoWait),
        Math.Max(0, Irq - then.Irq),
        Math.Max(0, SoftIrq - then.SoftIrq),
        Math.Max(0, Steal - then.Steal));

    public long BusyWithoutSteal => User + Nice + System + Irq + SoftIrq;

    public long Busy => BusyWithoutSteal + Steal;

    /// <summary>Busy and not; waiting for a disk is not.</summary>
    public long Sum => Busy + Idle + IoWait;
}
