using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Cpu;

/// <summary>The machine as the workers see it; tests replace it.</summary>
/// <param name="UsableCpus">CPUs that are online, in our affinity mask and in our cpuset.</param>
/// <param name="Quota">CPUs that our control group may use at once; null without a limit.</param>
/// <param name="Politeness">Checks how the kernel ranks us against other work.</param>
internal sealed record CpuHardware(
    Func<IReadOnlyList<int>> UsableCpus,
    Func<double?> Quota,
    Func<PolitenessReport> Politeness,
    Func<int, DutyCycleThread> CreateThread)
{
    // The main thread is never pinned, so the kernel's answer for it is what the process may use.
    /// <param name="cpus">CPUs of the machine: with a CPU limit the runtime counts only those that the limit leaves.</param>
    /// <param name="highest">The most that is ever aimed at.</param>
    /// <param name="check">Of another root in tests.</param>
    public static CpuHardware OfThisMachine(int cpus, Percent highest, PolitenessCheck? check = null)
    {
        check ??= new PolitenessCheck();
        // Tried here, because an actor must not wait for the thread.
        var rank = ThreadRank.Try(LinuxThread.RankLowest);
        return new CpuHardware(
            () => LinuxThread.UsableCpus(Environment.ProcessId),
            check.ReadQuota,
            () => With(check.RunAndLowerSession(cpus, highest.Value), rank, cpus, highest.Value),
            cpu => new DutyCycleThread(cpu));
    }

    // Beside the rank of the control group: the CPUs that may be used, and the rank that the kernel gives a thread.
    private static PolitenessReport With(PolitenessReport report, PolitenessFinding? rank, int cpus, double highest)
    {
        var findings = report.Findings.ToList();
        if (new CpuReach(LinuxThread.UsableCpus(Environment.ProcessId), cpus, null).Validate(highest) is { } outOfReach)
            findings.Add(outOfReach);
        if (rank is not null)
            findings.Add(rank);
        return report with { Findings = findings };
    }
}
