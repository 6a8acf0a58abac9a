using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Configuration;

/// <summary>Reads the facts that identify a machine, below a root directory. Unreadable facts stay unknown.</summary>
/// <param name="root">"/" on a machine, a fixture in tests.</param>
/// <param name="architecture">As uname -m says; null for that of this machine.</param>
internal sealed class MachineFactsReader(string root = "/", string? architecture = null)
{
    // Files that Oracle's images and agent leave behind. An instance-id of cloud-init alone proves nothing: every cloud has one.
    private static readonly string[] OracleFiles = ["etc/oci-hostname.conf", "etc/oracle-cloud-agent", "opt/oci-hpc"];

    public MachineFacts Read() => new(architecture ?? ThisArchitecture(), ReadCpus(), ReadMemory(), ReadOracleSign());

    private static string ThisArchitecture() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private string? ReadOracleSign()
    {
        if (Text("sys/class/dmi/id/chassis_asset_tag").Equals("OracleCloud.com", StringComparison.OrdinalIgnoreCase))
            return "DMI chassis tag";
        if (Text("sys/class/dmi/id/sys_vendor").Contains("oracle", StringComparison.OrdinalIgnoreCase))
            return "DMI vendor";
        foreach (var file in OracleFiles)
            if (Path.Exists(Path.Combine(root, file)))
                return "/" + file;
        return Text("var/lib/cloud/data/instance-id").StartsWith("ocid1.instance.", StringComparison.OrdinalIgnoreCase)
            ? "cloud-init instance-id"
            : null;
    }

    private int ReadCpus()
    {
        // "0-1,4": the machine's CPUs; Environment.ProcessorCount knows only those that the container may use.
        var count = 0;
        foreach (var range in Text("sys/devices/system/cpu/online").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = range.Split('-');
            if (ends.Length > 2 || !Number(ends[0], out var from) || !Number(ends[^1], out var to) || to < from)
                return Environment.ProcessorCount;
            count += (int)(to - from) + 1;
        }
        return count > 0 ? count : Environment.ProcessorCount;
    }

    private ByteSize ReadMemory() => ProcMeminfo.Parse(Encoding.UTF8.GetBytes(Text("proc/meminfo")))?.Total ?? ByteSize.Zero;

    private static bool Number(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private string Text(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
