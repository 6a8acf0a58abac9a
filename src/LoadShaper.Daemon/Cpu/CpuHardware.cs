using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Cpu;

/// <summary>The machine as the workers see it; tests put another in its place.</summary>
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
        return new CpuHardware(
            () => LinuxThread.UsableCpus(Environment.ProcessId),
            check.ReadQuota,
            () => check.RunAndLowerSession(cpus, highest.Value),
            cpu => new DutyCycleThread(cpu));
    }
}
