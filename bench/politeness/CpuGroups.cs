namespace LoadShaper.Politeness;

/// <summary>Neighbouring control groups. Each is named by the file that a process joins it by.</summary>
internal sealed class CpuGroups : IDisposable
{
    private readonly string _root;

    private CpuGroups(string root, string kind)
    {
        _root = root;
        Kind = kind;
    }

    public string Kind { get; }

    public string Default => Path.Join(_root, "politeness-default", "cgroup.procs");

    public string Other => Path.Join(_root, "politeness-other", "cgroup.procs");

    public string Lowest => Path.Join(_root, "politeness-lowest", "cgroup.procs");

    /// <summary>Of the lowest weight, inside one of default weight: as a service in system.slice is to what runs outside of it.</summary>
    public string LowestInside => Path.Join(_root, "politeness-slice", "lowest", "cgroup.procs");

    // Children before their parents.
    private string[] Folders => [.. new[] { Default, Other, Lowest, LowestInside, Path.GetDirectoryName(LowestInside)! }.Select(file => Path.GetDirectoryName(file)!)];

    /// <summary>Null where we may not make any.</summary>
    public static CpuGroups? Create()
    {
        var isV1 = File.Exists("/sys/fs/cgroup/cpu/cpu.shares");
        var groups = isV1 ? new CpuGroups("/sys/fs/cgroup/cpu", "cgroup version 1") : new CpuGroups("/sys/fs/cgroup", "cgroup version 2");
        try
        {
            foreach (var folder in groups.Folders.Reverse())
                Directory.CreateDirectory(folder);
            if (!isV1)
                foreach (var parent in new[] { groups._root, Path.Join(groups._root, "politeness-slice") })
                    File.WriteAllText(Path.Join(parent, "cgroup.subtree_control"), "+cpu");
            foreach (var lowest in new[] { groups.Lowest, groups.LowestInside })
                File.WriteAllText(Path.Join(Path.GetDirectoryName(lowest), isV1 ? "cpu.shares" : "cpu.weight"), isV1 ? "2" : "1");
            return groups;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            groups.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var folder in Folders.Where(Directory.Exists))
            Directory.Delete(folder);
    }
}
