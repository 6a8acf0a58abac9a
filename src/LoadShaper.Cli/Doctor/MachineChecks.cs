using System.Globalization;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Sampling.Proc;

namespace LoadShaper.Cli.Doctor;

/// <summary>Clock, /proc and pressure: what the sampler needs.</summary>
internal static class MachineChecks
{
    private const int Attempts = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // This program is newer than that.
    private static readonly DateTimeOffset Earliest = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="now">The time to judge.</param>
    /// <param name="files">The databases: one written in the future shows that the clock was set back.</param>
    public static CheckResult Clock(DateTimeOffset now, params IEnumerable<string> files)
    {
        const string fix = "set the clock and keep it set (chrony or systemd-timesyncd): minutes and days are counted by it";
        var shown = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (now < Earliest || now > Earliest.AddYears(75))
            return CheckResult.Fail("clock", $"shows {shown}", fix);
        var ahead = files.Where(File.Exists).FirstOrDefault(file => File.GetLastWriteTimeUtc(file) > now.UtcDateTime.AddMinutes(1));
        return ahead is null
            ? CheckResult.Pass("clock", $"shows {shown}")
            : CheckResult.Warn("clock", $"shows {shown}, but {Path.GetFileName(ahead)} was written later than that: the clock was set back", fix);
    }

    /// <param name="cpus">CPUs of the machine.</param>
    /// <param name="wait">Waits so long; tests replace it.</param>
    public static async Task<CheckResult> ProcAsync(ProcFs proc, int cpus, Func<TimeSpan, Task> wait)
    {
        const string name = "/proc";
        var first = ProcStat.Parse(proc.Read("stat"));
        var missing = new List<string>();
        if (first is null)
            missing.Add("stat");
        if (ProcMeminfo.Parse(proc.Read("meminfo")) is null)
            missing.Add("meminfo");
        if (first is null || missing.Count > 0)
            return CheckResult.Fail(name, $"cannot be read: {string.Join(", ", missing)}", "run on Linux with /proc mounted; without it LoadShaper applies no load");
        if (!await CountsAsync(proc, first, wait))
            return CheckResult.Fail(name, "/proc/stat does not count CPU time (gVisor and some sandboxes): CPU use is unknown", "run LoadShaper on the VM itself, or in a container of runc or crun; without it LoadShaper applies no load");
        if (first.CpuCount != cpus)
            return CheckResult.Warn(name, $"/proc/stat shows {first.CpuCount} CPUs, but the machine has {cpus} (lxcfs?): percentages are of the container, Oracle's are of the VM", "give the container the /proc/stat of the machine: mount no lxcfs over it");
        if (ProcLoadavg.Parse(proc.Read("loadavg")) is null)
            missing.Add("loadavg");
        if (proc.Read("self/schedstat").IsEmpty)
            missing.Add("self/schedstat");
        return missing.Count == 0
            ? CheckResult.Pass(name, "readable, and CPU time is counted")
            : CheckResult.Warn(name, $"not readable: {string.Join(", ", missing)}", "none; LoadShaper yields by the signals that remain");
    }

    // An idle machine counts idle time: within two seconds something must have changed.
    private static async Task<bool> CountsAsync(ProcFs proc, ProcStat first, Func<TimeSpan, Task> wait)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            await wait(Pause);
            if (ProcStat.Parse(proc.Read("stat")) is { } now && now.All != first.All)
                return true;
        }
        return false;
    }

    public static CheckResult Pressure(ProcFs proc) =>
        ProcPressure.Parse(proc.Read("pressure/memory")) is not null
            ? CheckResult.Pass("pressure (PSI)", "memory pressure is available")
            : CheckResult.Warn("pressure (PSI)", "PSI is not available on this kernel", "boot with psi=1 on the kernel command line; without it only MEM_MIN_FREE_MB protects other processes' memory");
}
