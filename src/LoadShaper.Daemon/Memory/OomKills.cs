using System.Globalization;

namespace LoadShaper.Daemon.Memory;

/// <summary>How often the kernel's OOM killer struck on this machine since boot, in cgroups as well (kernel 4.13 and later).</summary>
internal static class OomKills
{
    private const string Name = "oom_kill ";

    internal static long? Read()
    {
        try
        {
            return Parse(File.ReadLines("/proc/vmstat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static long? Parse(IEnumerable<string> vmstat) =>
        vmstat.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) is { } line
        && long.TryParse(line.AsSpan(Name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var kills)
            ? kills
            : null;
}
