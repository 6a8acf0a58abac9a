using System.Globalization;

namespace LoadShaper.Politeness;

/// <summary>Control groups of the CPU controller below its root, by their paths; removed at the end.</summary>
internal sealed class GroupTree : IDisposable
{
    // What one share of version 1 weighs in version 2.
    private const double SharePerWeight = 1024.0 / 100;
    private const string Prefix = "politeness-";

    private readonly string _root;
    private readonly bool _isV1;
    private readonly List<string> _folders = [];

    private GroupTree(string root, bool isV1) => (_root, _isV1) = (root, isV1);

    public string Kind => _isV1 ? "cgroup version 1" : "cgroup version 2";

    /// <summary>Null where no group can be made.</summary>
    public static GroupTree? Create()
    {
        var isV1 = File.Exists("/sys/fs/cgroup/cpu/cpu.shares");
        var tree = new GroupTree(isV1 ? "/sys/fs/cgroup/cpu" : "/sys/fs/cgroup", isV1);
        try
        {
            tree.Add("probe", 100);
            return tree;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tree.Dispose();
            return null;
        }
    }

    /// <summary>Makes a group, parents first.</summary>
    /// <param name="weight">By the scale of version 2; 0 for cpu.idle.</param>
    /// <returns>The file by which a process joins it.</returns>
    public string Add(string path, double weight)
    {
        var folder = Path.Join(_root, Prefix + path);
        if (!Directory.Exists(folder))
        {
            if (!_isV1)
                File.WriteAllText(Path.Join(Path.GetDirectoryName(folder), "cgroup.subtree_control"), "+cpu");
            Directory.CreateDirectory(folder);
            _folders.Add(folder);
        }

        if (weight == 0)
            File.WriteAllText(Path.Join(folder, "cpu.idle"), "1");
        else
            File.WriteAllText(
                Path.Join(folder, _isV1 ? "cpu.shares" : "cpu.weight"),
                Math.Max(_isV1 ? 2 : 1, Math.Round(_isV1 ? weight * SharePerWeight : weight)).ToString(CultureInfo.InvariantCulture));
        return Path.Join(folder, "cgroup.procs");
    }

    public void Dispose()
    {
        // A process that has just ended may still be counted.
        foreach (var folder in Enumerable.Reverse(_folders).Where(Directory.Exists))
            for (var again = 0; again < 50; again++)
            {
                try
                {
                    Directory.Delete(folder);
                    break;
                }
                catch (IOException)
                {
                    Thread.Sleep(20);
                }
            }
    }
}
