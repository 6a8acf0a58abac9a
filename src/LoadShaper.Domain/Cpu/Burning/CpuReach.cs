using System.Globalization;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>The CPUs that this process may use, against the CPUs that Oracle's percentages are of.</summary>
/// <param name="Usable">Numbers of the CPUs in the affinity mask and the cpuset.</param>
/// <param name="MachineCpus">CPUs of the machine.</param>
/// <param name="Quota">CPUs that the control group may use at once; null without a limit.</param>
public sealed record CpuReach(IReadOnlyList<int> Usable, int MachineCpus, double? Quota)
{
    // A control group that is used up to its limit stops the control threads too.
    private const double QuotaShare = 0.9;

    /// <summary>CPUs that the workers can use together.</summary>
    public static double Cpus(int usable, double? quota) => quota is { } limit ? Math.Min(usable, limit * QuotaShare) : usable;

    /// <summary>The most that LoadShaper alone can load this machine to, percent of all its CPUs.</summary>
    public double Highest => 100 * Math.Min(1, Cpus(Usable.Count, Quota) / Math.Max(1, MachineCpus));

    /// <summary>Whether CPU load alone can keep the machine above the rule's threshold.</summary>
    public bool CanProtect => Highest >= IdleRule.Oracle.Threshold;

    /// <summary>Why the usable CPUs keep the target out of reach; null when they do not. A CPU quota has its own finding.</summary>
    /// <param name="highestIntensity">The highest intensity that is ever planned, percent of all CPUs.</param>
    public PolitenessFinding? Validate(double highestIntensity)
    {
        var wanted = highestIntensity / 100 * MachineCpus;
        if (Usable.Count == 0 || Usable.Count >= wanted)
            return null;
        var own = 100.0 * Usable.Count / Math.Max(1, MachineCpus);
        return new PolitenessFinding(
            PolitenessSubject.CpuLimit,
            $"this process may use {Usable.Count} of {MachineCpus} CPUs ({string.Join(", ", Usable)}), {Text(own)} % of the machine, and {Text(highestIntensity)} % takes {Text(wanted)} CPUs: "
            + (own < IdleRule.Oracle.Threshold ? "CPU load alone cannot keep the VM above 20 %" : "the target cannot be reached"),
            "allow more CPUs; compose: no `cpuset`; Kubernetes: no static CPU manager policy for this pod; systemd: no `AllowedCPUs` or `CPUAffinity`; shell: no `taskset`");
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
