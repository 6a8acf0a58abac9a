using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Proc;

namespace LoadShaper.Daemon.Cpu;

/// <summary>
/// Reads what decides how the kernel ranks us against other work. The root of the file system is an argument, so that a
/// recorded machine can be read as well.
/// </summary>
internal sealed class PolitenessCheck(string root = "/")
{
    // The weight of version 2 that equals 1024 shares of version 1.
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

    /// <summary>CPUs that our control groups may use at once; null without a limit.</summary>
    public double? ReadQuota() => ReadGroups(lookBeside: false)?.Groups.Min(group => group.Quota);

    private PolitenessInput Read(int cpuCount, double highestIntensity)
    {
        var read = ReadGroups(lookBeside: true);
        return new PolitenessInput(
            read?.Groups, read?.SeesRoot ?? false, ReadSessionNice(), ProcSession.ParseLeads(Read("proc/self/stat")) ?? false, cpuCount, highestIntensity);
    }

    private (IReadOnlyList<CpuGroup> Groups, bool SeesRoot)? ReadGroups(bool lookBeside)
    {
        if (ProcCgroup.Parse(Read("proc/self/cgroup")) is not { } own
            || ProcCgroupMount.Parse(Read("proc/self/mountinfo"), own.Version) is not { } mount
            || mount.Folder(own.Path) is not { } folder)
            return null;

        // Where the controller is not switched on for a group (version 2), the nearest group above competes in its place.
        while (own.Version == 2 && !Exists($"{folder}/cpu.weight") && folder.Length > mount.MountPoint.Length)
            folder = folder[..folder.LastIndexOf('/')];

        var groups = new List<CpuGroup>();
        for (; folder.Length > mount.MountPoint.Length; folder = folder[..folder.LastIndexOf('/')])
            groups.Add(ReadGroup(own.Version, folder, folder[mount.MountPoint.Length..], !lookBeside || HasSiblings(folder)));
        var seesRoot = IsRoot(own.Version, mount.MountPoint);
        if (!seesRoot)
            groups.Add(ReadGroup(own.Version, mount.MountPoint, "/", hasSiblings: true));
        return (groups, seesRoot);
    }

    // The root of the machine has a release agent (version 1), and no weight and no type (version 2). The root of a
    // container's view has no release agent, or both a weight and a type.
    private bool IsRoot(int version, string folder) => version == 1
        ? Exists($"{folder}/release_agent")
        : !Exists($"{folder}/cpu.weight") && !Exists($"{folder}/cgroup.type");

    private CpuGroup ReadGroup(int version, string folder, string name, bool hasSiblings) => version == 1
        ? new CpuGroup(
            name,
            CgroupCpu.Number(Read($"{folder}/cpu.shares")) * WeightPerShare,
            CgroupCpu.Number(Read($"{folder}/cpu.idle")) == 1,
            CgroupCpu.ParseV1(Read($"{folder}/cpu.cfs_quota_us"), Read($"{folder}/cpu.cfs_period_us")),
            hasSiblings)
        : new CpuGroup(
            name,
            CgroupCpu.Number(Read($"{folder}/cpu.weight")),
            CgroupCpu.Number(Read($"{folder}/cpu.idle")) == 1,
            CgroupCpu.ParseV2(Read($"{folder}/cpu.max")),
            hasSiblings);

    private bool HasSiblings(string folder)
    {
        try
        {
            return Directory.EnumerateDirectories(Path.Join(root, folder[..folder.LastIndexOf('/')])).Skip(1).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
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
