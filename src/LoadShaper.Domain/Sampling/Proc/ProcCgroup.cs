using System.Text;

namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/self/cgroup: which control group of a controller a process is in.</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="Path">From the root of the hierarchy, as this process sees it.</param>
public sealed record ProcCgroup(int Version, string Path)
{
    /// <summary>The hierarchy that the controller works in: version 1 where it is mounted there, else version 2.</summary>
    public static ProcCgroup? Parse(ReadOnlySpan<byte> text, string controller = "cpu")
    {
        ProcCgroup? unified = null;
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            if (line.Split(':', 3) is not [var hierarchy, var controllers, var path] || !path.StartsWith('/'))
                continue;
            if (controllers.Split(',').Contains(controller))
                return new ProcCgroup(1, path);
            if (hierarchy == "0" && controllers.Length == 0)
                unified = new ProcCgroup(2, path);
        }

        return unified;
    }
}

/// <summary>/proc/self/mountinfo: where the hierarchy of a controller can be read.</summary>
/// <param name="Root">The control group that is mounted there.</param>
/// <param name="MountPoint">Where.</param>
public sealed record ProcCgroupMount(string Root, string MountPoint)
{
    public static ProcCgroupMount? Parse(ReadOnlySpan<byte> text, int version, string controller = "cpu")
    {
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            // 36 35 98:0 /root /mount/point rw,noatime shared:1 - cgroup cgroup rw,cpu,cpuacct
            if (line.Split(" - ", 2) is not [var left, var right])
                continue;
            var mount = left.Split(' ');
            var kind = right.Split(' ');
            if (mount.Length < 5 || kind.Length < 3)
                continue;
            var fits = version == 2 ? kind[0] == "cgroup2" : kind[0] == "cgroup" && kind[2].Split(',').Contains(controller);
            if (fits)
                return new ProcCgroupMount(Unescape(mount[3]), Unescape(mount[4]));
        }

        return null;
    }

    /// <summary>The folder of a control group, or null where this mount does not show it.</summary>
    public string? Folder(string path)
    {
        // A root such as /.. is outside of our view of the hierarchy; what is mounted is then our own group or its parent.
        var below = Root == "/" || Root.StartsWith("/..", StringComparison.Ordinal) ? path
            : path == Root ? "/"
            : path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[Root.Length..]
            : null;
        if (below is null || below.StartsWith("/..", StringComparison.Ordinal))
            return null;
        return below == "/" ? MountPoint : MountPoint + below;
    }

    // Blanks, tabs, newlines and backslashes are written there as \040, \011, \012 and \134.
    private static string Unescape(string field) =>
        field.Replace("\\040", " ").Replace("\\011", "\t").Replace("\\012", "\n").Replace("\\134", "\\");
}

/// <summary>The limit of a control group on CPU time (cpu.max, cpu.cfs_quota_us).</summary>
public static class CgroupCpu
{
    /// <summary>cpu.max of version 2, "max 100000" or "50000 100000": CPUs that may be used at once, null without a limit.</summary>
    public static double? ParseV2(ReadOnlySpan<byte> text)
    {
        var words = new ProcText(text);
        return words.NextLong() is { } quota && words.NextLong() is > 0 and { } period ? (double)quota / period : null;
    }

    /// <summary>cpu.cfs_quota_us (-1 is no limit) and cpu.cfs_period_us of version 1.</summary>
    public static double? ParseV1(ReadOnlySpan<byte> quotaText, ReadOnlySpan<byte> periodText) =>
        Number(quotaText) is { } quota && Number(periodText) is > 0 and { } period ? (double)quota / period : null;

    /// <summary>A file that holds one number, as cpu.weight, cpu.shares and cpu.idle do; null when it holds none.</summary>
    public static long? Number(ReadOnlySpan<byte> text) => new ProcText(text).NextLong();
}
