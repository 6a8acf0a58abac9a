using System.Globalization;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Cli.Doctor;

/// <summary>Whether the kernel prefers other work, and whether the limits on us leave room for the targets.</summary>
internal static class LimitChecks
{
    public static IEnumerable<CheckResult> Politeness(string root, LoadShaperSettings settings, int cpus)
    {
        var report = new PolitenessCheck(root).Run(cpus, settings.Cpu.HighIntensity.Value);
        foreach (var finding in report.Findings)
            yield return CheckResult.Warn("CPU rank", finding.Problem, finding.Remedy);
        if (report.Findings.Count == 0)
            yield return CheckResult.Pass("CPU rank", "the kernel prefers other work, and no CPU limit is below the target");
    }

    /// <summary>Tried on a thread that is thrown away: there is no way back from it.</summary>
    public static CheckResult LowestRank(Action rankLowest)
    {
        string? refused = null;
        var thread = new Thread(() =>
        {
            try
            {
                rankLowest();
            }
            catch (Exception e)
            {
                // An exception that leaves a thread ends the process; whatever it was, the rank is refused.
                refused = e.Message;
            }
        });
        thread.Start();
        thread.Join();
        return refused is null
            ? CheckResult.Pass("SCHED_IDLE", "allowed")
            : CheckResult.Warn("SCHED_IDLE", $"refused: {refused}", "allow sched_setscheduler in the container's seccomp profile; without it the workers rest by themselves only");
    }

    /// <param name="limit">The least that a cgroup of ours may use; null for none.</param>
    /// <param name="diesAsOne">Whether an OOM kill takes all of the cgroup.</param>
    public static CheckResult Memory(ByteSize? limit, bool diesAsOne, LoadShaperSettings settings, ByteSize memory)
    {
        const string name = "memory limit";
        if (settings.Memory.Target == Percent.Zero)
            return CheckResult.Pass(name, "MEM_TARGET_PCT is 0: no memory is occupied");
        var wanted = ByteSize.FromBytes((long)(memory.Bytes * settings.Memory.Target.Value / 100));
        if (limit is { } most && most < wanted)
            return CheckResult.Warn(name, $"{Whole(most)} MiB, but {settings.Memory.Target} of this machine is {Whole(wanted)} MiB", "raise the container's memory limit, or lower MEM_TARGET_PCT: less is held than was asked for");
        return diesAsOne
            ? CheckResult.Warn(name, "an OOM kill takes the whole container (memory.oom.group), the daemon with the memory it holds", "in Kubernetes set singleProcessOOMKill: true in the kubelet's configuration")
            : CheckResult.Pass(name, $"{(limit is { } enough ? $"{Whole(enough)} MiB" : "none")}; {settings.Memory.Target} of this machine is {Whole(wanted)} MiB");
    }

    private static string Whole(ByteSize size) => Math.Round(size.MiB).ToString(CultureInfo.InvariantCulture);
}
