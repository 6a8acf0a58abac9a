using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Proc;

namespace LoadShaper.Daemon.Cpu;

/// <summary>
/// Reads what decides how the kernel ranks us against other work. The root of the file system is an argument, so that a
/// recorded machine can be read as well.
/// </summary>
internal sealed class PolitenessCheck(string root = "/")
{
    // The weight of version 2 that 1024 shares of version 1 stand for.
    private const double WeightPerShare = 100.0 / 1024;

    private const string AutogroupFile = "proc/self/autogroup";

    /// <summary>Changes nothing.</summary>
    /// <param name="cpuCount">CPUs of the machine.</param>
    /// <param name="highestIntensity">The most that is ever aimed at, percent of all CPUs.</param>
    public PolitenessReport Run(int cpuCount, double highestIntensity) => PolitenessPolicy.Decide(Read(cpuCount, highestIntensity));

    /// <summary>Lowers our session where it is ours alone, and reports what came of it.</summary>
    /// <inheritdoc cref="Run"/>
    public PolitenessReport RunAndLowerSession(int cpuCount, double highestIntensity)
    {
        var input = Read(cpuCount, highestIntensity);
        var report = PolitenessPolicy.Decide(input);

        // A session that cannot be lowered after all is as one that is shared.
        return !report.LowerSession || LowerSession() ? report : PolitenessPolicy.Decide(input with { LeadsSession = false });
    }

    /// <summary>CPUs that our control group may use at once; null without a limit.</summary>
    public double? ReadQuota() => ReadGroup()?.Quota;

    private PolitenessInput Read(int cpuCount, double highestIntensity) => new(
        ReadGroup(), ReadSessionNice(), ProcSession.ParseLeads(Read("proc/self/stat")) ?? false, cpuCount, highestIntensity);

    private CpuGroup? ReadGroup()
    {
        if (ProcCgroup.Parse(Read("proc/self/cgroup")) is not { } own
            || ProcCgroupMount.Parse(Read("proc/self/mountinfo"), own.Version) is not { } mount
            || mount.Folder(own.Path) is not { } folder)
            return null;
        return own.Version == 1 ? ReadGroupV1(folder, mount.MountPoint) : ReadGroupV2(folder, mount.MountPoint);
    }

    // Only the root of the machine, not of a container's view, has a release agent.
    private CpuGroup ReadGroupV1(string folder, string mountPoint) => Innermost(
        FromInside(folder, mountPoint).Select(group => new CpuGroup(
            1,
            IsRoot: Exists($"{group}/release_agent"),
            CgroupCpu.Number(Read($"{group}/cpu.shares")) * WeightPerShare,
            CgroupCpu.Number(Read($"{group}/cpu.idle")) == 1,
            CgroupCpu.ParseV1(Read($"{group}/cpu.cfs_quota_us"), Read($"{group}/cpu.cfs_period_us")))).ToArray());

    // Where the controller is not switched on for a group, the nearest group above competes in its place. The root of the
    // machine has neither weight nor type; the root of a container's view has both.
    private CpuGroup ReadGroupV2(string folder, string mountPoint)
    {
        while (!Exists($"{folder}/cpu.weight") && folder.Length > mountPoint.Length)
            folder = folder[..folder.LastIndexOf('/')];
        return Innermost(FromInside(folder, mountPoint).Select(group => new CpuGroup(
            2,
            IsRoot: !Exists($"{group}/cpu.weight") && !Exists($"{group}/cgroup.type"),
            CgroupCpu.Number(Read($"{group}/cpu.weight")),
            CgroupCpu.Number(Read($"{group}/cpu.idle")) == 1,
            CgroupCpu.ParseV2(Read($"{group}/cpu.max")))).ToArray());
    }

    private static IEnumerable<string> FromInside(string folder, string mountPoint)
    {
        for (; folder.Length > mountPoint.Length; folder = folder[..folder.LastIndexOf('/')])
            yield return folder;
        yield return mountPoint;
    }

    // The lowest limit holds, whichever group it stands at; the root of the machine competes with nobody.
    private static CpuGroup Innermost(CpuGroup[] groups)
    {
        var outermost = groups.Skip(1).LastOrDefault(group => !group.IsRoot && (group.Weight is not null || group.IsIdle));
        return groups[0] with
        {
            Quota = groups.Min(group => group.Quota),
            Around = outermost is { IsIdle: true } ? 0 : outermost?.Weight,
        };
    }

    private int? ReadSessionNice() =>
        CgroupCpu.Number(Read("proc/sys/kernel/sched_autogroup_enabled")) == 1 ? ProcAutogroup.Parse(Read(AutogroupFile)) : null;

    private bool LowerSession()
    {
        try
        {
            File.WriteAllText(Path.Join(root, AutogroupFile), "19");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool Exists(string path) => File.Exists(Path.Join(root, path));

    private byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(Path.Join(root, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
