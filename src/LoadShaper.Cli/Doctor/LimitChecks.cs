using System.Globalization;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Cli.Doctor;

/// <summary>Whether the kernel prefers other processes, and whether the limits of this process allow the targets.</summary>
internal static class LimitChecks
{
    public static IEnumerable<CheckResult> Politeness(string root, LoadShaperSettings settings, int cpus)
    {
        var report = new PolitenessCheck(root).Run(cpus, settings.Cpu.HighIntensity.Value);
        foreach (var finding in report.Findings)
            yield return CheckResult.Warn("CPU rank", finding.Problem, finding.Remedy);
        if (report.Findings.Count == 0)
            yield return CheckResult.Pass("CPU rank", "the kernel prefers other processes, and no CPU limit is below the target");
    }

    /// <summary>Whether the CPUs that this process may use suffice for the targets.</summary>
    public static CheckResult UsableCpus(CpuReach reach, LoadShaperSettings settings)
    {
        const string name = "usable CPUs";
        if (reach.Usable.Count == 0)
            return CheckResult.Warn(name, "unknown: the kernel does not show the affinity mask", "allow sched_getaffinity in the seccomp profile");
        if (reach.Validate(settings.Cpu.HighIntensity.Value) is not { } finding)
            return CheckResult.Pass(name, string.Create(CultureInfo.InvariantCulture, $"{reach.Usable.Count} of {reach.MachineCpus}"));
        return reach.CanProtect || settings.Protect == ProtectWith.Memory
            ? CheckResult.Warn(name, finding.Problem, finding.Remedy)
            : CheckResult.Fail(name, finding.Problem, finding.Remedy);
    }

    /// <param name="rankLowest"><see cref="LinuxThread.RankLowest"/>; tests replace it.</param>
    public static CheckResult LowestRank(Func<string?> rankLowest) =>
        ThreadRank.Try(rankLowest) is { } refused
            ? CheckResult.Warn("SCHED_IDLE", refused.Problem, refused.Remedy)
            : CheckResult.Pass("SCHED_IDLE", "allowed");

    /// <param name="limit">The lowest limit of the cgroups of this process; null for none.</param>
    /// <param name="diesAsOne">Whether an OOM kill ends the whole cgroup.</param>
    public static CheckResult Memory(ByteSize? limit, bool diesAsOne, LoadShaperSettings settings, ByteSize memory)
    {
        const string name = "memory limit";
        if (settings.Memory.Target == Percent.Zero)
            return CheckResult.Pass(name, "MEM_TARGET_PCT is 0: no memory is held");
        var wanted = ByteSize.FromBytes((long)(memory.Bytes * settings.Memory.Target.Value / 100));
        if (limit is { } most && most < wanted)
            return CheckResult.Warn(name, $"{Whole(most)} MiB, but {settings.Memory.Target} of this machine is {Whole(wanted)} MiB", "raise the container's memory limit, or lower MEM_TARGET_PCT: less memory is held than requested");
        return diesAsOne
            ? CheckResult.Warn(name, "an OOM kill ends the whole container (memory.oom.group): the daemon together with the memory holder", "in Kubernetes set singleProcessOOMKill: true in the kubelet's configuration")
            : CheckResult.Pass(name, $"{(limit is { } enough ? $"{Whole(enough)} MiB" : "none")}; {settings.Memory.Target} of this machine is {Whole(wanted)} MiB");
    }

    private static string Whole(ByteSize size) => Math.Round(size.MiB).ToString(CultureInfo.InvariantCulture);
}
