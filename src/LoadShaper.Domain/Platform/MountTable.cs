namespace LoadShaper.Domain.Platform;

/// <summary>One line of /proc/self/mountinfo.</summary>
/// <param name="Type">ext4, xfs, overlay, tmpfs …</param>
public sealed record Mount(string Point, string Type)
{
    /// <summary>The writable layer of a container, thrown away with it.</summary>
    public bool IsContainerLayer => Type is "overlay" or "fuse.fuse-overlayfs" or "aufs";

    /// <summary>Kept in memory, gone after a restart.</summary>
    public bool IsInMemory => Type is "tmpfs" or "ramfs";
}

/// <summary>/proc/self/mountinfo: on which mount a path lies.</summary>
public static class MountTable
{
    public static IReadOnlyList<Mount> Parse(string mountinfo)
    {
        var mounts = new List<Mount>();
        foreach (var line in mountinfo.Split('\n'))
        {
            // 36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 /dev/sda1 rw
            if (line.Split(" - ", 2) is [var left, var right] && left.Split(' ') is { Length: > 4 } mount)
                mounts.Add(new Mount(Unescape(mount[4]), right.Split(' ')[0]));
        }
        return mounts;
    }

    /// <summary>The mount that a path lies on; the last one where several cover each other. Null when there is none.</summary>
    public static Mount? Find(IReadOnlyList<Mount> mounts, string path)
    {
        Mount? best = null;
        foreach (var mount in mounts)
            if (Covers(mount.Point, path) && (best is null || mount.Point.Length >= best.Point.Length))
                best = mount;
        return best;
    }

    private static bool Covers(string point, string path) =>
        point == "/" || path == point || path.StartsWith(point + "/", StringComparison.Ordinal);

    // Blanks, tabs, newlines and backslashes are written there as \040, \011, \012 and \134.
    private static string Unescape(string field) =>
        field.Replace("\\040", " ").Replace("\\011", "\t").Replace("\\012", "\n").Replace("\\134", "\\");
}
