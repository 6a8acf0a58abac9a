using System.Globalization;
using System.Runtime.InteropServices;

namespace LoadShaper.LoadTest.Reports;

/// <summary>The machine that generated the load; figures of another machine are not comparable.</summary>
/// <param name="MemoryBytes">Of the machine, or the limit of its container when that is lower; 0 when unknown.</param>
/// <param name="CpuModel">Empty where the kernel does not say.</param>
public sealed record MachineInfo(
    string Host, string OperatingSystem, string Kernel, string Architecture, string CpuModel, int Cpus, long MemoryBytes, string Runtime, string Version)
{
    /// <param name="root">"/" on a machine, a directory with proc and etc in tests.</param>
    /// <param name="version">Of this program.</param>
    public static MachineInfo Read(string root, string version)
    {
        var memory = Parse(Text(root, "proc/meminfo"), "MemTotal:") * 1024;
        return new MachineInfo(
            Environment.MachineName,
            OsName(Text(root, "etc/os-release")),
            Text(root, "proc/sys/kernel/osrelease").Trim(),
            RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
            CpuName(Text(root, "proc/cpuinfo")),
            Environment.ProcessorCount,
            memory,
            RuntimeInformation.FrameworkDescription,
            version);
    }

    internal static string OsName(string osRelease) =>
        osRelease.Split('\n').FirstOrDefault(l => l.StartsWith("PRETTY_NAME=", StringComparison.Ordinal)) is { } line
            ? line["PRETTY_NAME=".Length..].Trim().Trim('"')
            : RuntimeInformation.OSDescription;

    internal static string CpuName(string cpuInfo) =>
        cpuInfo.Split('\n').FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line ? line[(line.IndexOf(':') + 1)..].Trim() : "";

    /// <summary>The number after a label of /proc/meminfo, in its KiB; 0 without it.</summary>
    internal static long Parse(string meminfo, string label)
    {
        foreach (var line in meminfo.Split('\n'))
            if (line.StartsWith(label, StringComparison.Ordinal))
                return long.TryParse(line[label.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture, out var kib) ? kib : 0;
        return 0;
    }

    private static string Text(string root, string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
