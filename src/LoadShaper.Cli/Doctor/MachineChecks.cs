using System.Globalization;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Sampling.Proc;

namespace LoadShaper.Cli.Doctor;

/// <summary>Clock, /proc and pressure: what the sampler needs to see.</summary>
internal static class MachineChecks
{
    // Nothing runs this program before it was written.
    private static readonly DateTimeOffset Earliest = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="now">The time to judge.</param>
    /// <param name="files">The databases: one written in the future shows that the clock went back.</param>
    public static CheckResult Clock(DateTimeOffset now, params IEnumerable<string> files)
    {
        const string mend = "set the clock and keep it set (chrony or systemd-timesyncd): minutes and days are counted by it";
        var shown = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (now < Earliest || now > Earliest.AddYears(75))
            return CheckResult.Fail("clock", $"shows {shown}", mend);
        var ahead = files.Where(File.Exists).FirstOrDefault(file => File.GetLastWriteTimeUtc(file) > now.UtcDateTime.AddMinutes(1));
        return ahead is null
            ? CheckResult.Pass("clock", $"shows {shown}")
            : CheckResult.Warn("clock", $"shows {shown}, but {Path.GetFileName(ahead)} was written later than that: it went back", mend);
    }

    public static CheckResult Proc(ProcFs proc)
    {
        var missing = new List<string>();
        if (ProcStat.Parse(proc.Read("stat")) is null)
            missing.Add("stat");
        if (ProcMeminfo.Parse(proc.Read("meminfo")) is null)
            missing.Add("meminfo");
        if (missing.Count > 0)
            return CheckResult.Fail("/proc", $"cannot be understood: {string.Join(", ", missing)}", "run on Linux with /proc mounted; without it nothing is known of the machine and nothing is burnt");
        if (ProcLoadavg.Parse(proc.Read("loadavg")) is null)
            missing.Add("loadavg");
        if (proc.Read("self/schedstat").IsEmpty)
            missing.Add("self/schedstat");
        return missing.Count == 0
            ? CheckResult.Pass("/proc", "readable")
            : CheckResult.Warn("/proc", $"not readable: {string.Join(", ", missing)}", "LoadShaper yields by the signals that remain");
    }

    public static CheckResult Pressure(ProcFs proc) =>
        ProcPressure.Parse(proc.Read("pressure/memory")) is not null
            ? CheckResult.Pass("pressure (PSI)", "the kernel tells memory pressure")
            : CheckResult.Warn("pressure (PSI)", "the kernel does not tell memory pressure", "boot with psi=1 on the kernel command line; without it memory is watched by MEM_MIN_FREE_MB alone");
}
