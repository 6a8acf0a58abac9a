using System.Globalization;
using System.Text;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>The memory limits of our cgroup and of those above it that can be seen, version 1 or 2.</summary>
internal sealed class CgroupMemoryFiles
{
    private const string Controller = "memory";

    private readonly IReadOnlyList<string> _folders;
    private readonly bool _v2;

    private CgroupMemoryFiles(IReadOnlyList<string> folders, bool v2) => (_folders, _v2) = (folders, v2);

    /// <summary>Those of this process; with no folder where there is no memory controller.</summary>
    internal static CgroupMemoryFiles Find()
    {
        try
        {
            return Find(File.ReadAllText("/proc/self/cgroup"), File.ReadAllText("/proc/self/mountinfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new CgroupMemoryFiles([], v2: true);
        }
    }

    /// <param name="cgroup">/proc/self/cgroup.</param>
    /// <param name="mountInfo">/proc/self/mountinfo.</param>
    internal static CgroupMemoryFiles Find(string cgroup, string mountInfo)
    {
        if (ProcCgroup.Parse(Encoding.UTF8.GetBytes(cgroup), Controller) is not { } own
            || ProcCgroupMount.Parse(Encoding.UTF8.GetBytes(mountInfo), own.Version, Controller) is not { } mount)
            return new CgroupMemoryFiles([], v2: true);
        // A group that this mount does not show leaves those that it does: its root.
        var folders = new List<string> { mount.MountPoint };
        foreach (var name in (mount.Folder(own.Path) ?? mount.MountPoint)[mount.MountPoint.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
            folders.Add(Path.Combine(folders[^1], name));
        return new CgroupMemoryFiles(folders, own.Version == 2);
    }

    /// <summary>Whether the kernel kills all of our cgroup at once when memory runs out (version 2); Kubernetes has it so.</summary>
    internal bool DiesAsOne() => _v2 && _folders.Any(folder => DiesAsOne(Path.Combine(folder, "memory.oom.group")));

    /// <summary>The limit that leaves the least room; null where none is below the machine's memory.</summary>
    internal CgroupMemory? Read(ByteSize machine) =>
        _folders.Select(folder => Read(folder, machine)).Where(limit => limit is not null).MinBy(limit => limit!.Room.Bytes - (limit.Over?.Bytes ?? 0));

    private CgroupMemory? Read(string folder, ByteSize machine)
    {
        try
        {
            var limit = _v2
                ? ByteSize.Min(Limit(folder, "memory.max"), Limit(folder, "memory.high"))
                : Limit(folder, "memory.limit_in_bytes");
            if (limit >= machine)
                return null;

            var usage = Bytes(File.ReadAllText(Path.Combine(folder, _v2 ? "memory.current" : "memory.usage_in_bytes")));
            var inactive = Field(File.ReadLines(Path.Combine(folder, "memory.stat")), _v2 ? "inactive_file " : "total_inactive_file ");
            var working = usage - inactive;
            return new CgroupMemory(limit, limit - working, working > limit ? working - limit : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool DiesAsOne(string file)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file).Trim() == "1";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static ByteSize Limit(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? Bytes(File.ReadAllText(path)) : ByteSize.FromBytes(long.MaxValue);
    }

    private static ByteSize Field(IEnumerable<string> lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? Bytes(line[name.Length..])
            : ByteSize.Zero;

    /// <summary>"max" and what is too large for a number are no limit.</summary>
    private static ByteSize Bytes(string text) =>
        long.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? ByteSize.FromBytes(bytes)
            : ByteSize.FromBytes(long.MaxValue);
}
