namespace LoadShaper.Politeness;

/// <summary>Three neighbouring control groups: two of default weight and one of the lowest. Each is named by the file that a process joins it by.</summary>
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

    /// <summary>Null where we may not make any.</summary>
    public static CpuGroups? Create()
    {
        var isV1 = File.Exists("/sys/fs/cgroup/cpu/cpu.shares");
        var groups = isV1 ? new CpuGroups("/sys/fs/cgroup/cpu", "cgroup version 1") : new CpuGroups("/sys/fs/cgroup", "cgroup version 2");
        try
        {
            foreach (var file in new[] { groups.Default, groups.Other, groups.Lowest })
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(Path.Join(groups._root, "politeness-lowest", isV1 ? "cpu.shares" : "cpu.weight"), isV1 ? "2" : "1");
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
        foreach (var file in new[] { Default, Other, Lowest })
            if (Path.GetDirectoryName(file) is { } folder && Directory.Exists(folder))
                Directory.Delete(folder);
    }
}
