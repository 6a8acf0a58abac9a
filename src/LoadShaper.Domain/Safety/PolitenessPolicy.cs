using System.Globalization;

namespace LoadShaper.Domain.Safety;

/// <summary>
/// Whether the kernel would make us yield. SCHED_IDLE and nice rank threads only inside a control group, or a session;
/// between groups their weight alone counts, and only against groups beside it: to the rest of the machine we are what the
/// outermost group is that we are in.
/// </summary>
public static class PolitenessPolicy
{
    /// <summary>Against one group of default weight this much costs it at most a tenth of a contended CPU.</summary>
    public const double LowWeight = 10;

    private const double DefaultWeight = 100;
    private const int LowestNice = 19;

    private const string LowerWeight =
        "compose: `cpu_shares: 2`; Kubernetes: no CPU request and no CPU limit (BestEffort), or `requests.cpu: 1m`; systemd: `CPUWeight=idle`";

    public static PolitenessReport Decide(PolitenessInput input)
    {
        var findings = new List<PolitenessFinding>();
        var verdict = PolitenessVerdict.Polite;
        var lowerSession = false;

        if (input.Group is not { } group || (group.Weight is null && !group.IsIdle && !group.IsRoot))
        {
            verdict = PolitenessVerdict.Unknown;
            findings.Add(new PolitenessFinding(
                "the weight of our control group cannot be read, so whether the kernel prefers other work is unknown",
                $"make sure that the weight is the lowest; {LowerWeight}"));
        }
        else if (group.IsRoot)
        {
            // Only tasks of the root group are grouped by session.
            lowerSession = input is { SessionNice: < LowestNice, LeadsSession: true };
            if (input.SessionNice < LowestNice && !lowerSession)
            {
                verdict = PolitenessVerdict.Impolite;
                findings.Add(new PolitenessFinding(
                    $"sessions share the CPU as equals (autogroup, nice {Text(input.SessionNice.Value)}): other sessions' work would wait for ours",
                    "run it as a service or a container, or in a session of its own: `setsid loadshaper run`"));
            }
        }
        else if (!group.IsIdle && group.Weight > LowWeight)
        {
            verdict = PolitenessVerdict.Impolite;
            var share = 100 * group.Weight.Value / (group.Weight.Value + DefaultWeight);
            findings.Add(new PolitenessFinding(
                $"our control group has weight {Text(group.Weight.Value)} of {Text(DefaultWeight)}: of a CPU that another group wants we could get {Text(share)} %",
                LowerWeight));
        }
        else if (group.Around > LowWeight)
        {
            verdict = PolitenessVerdict.Impolite;
            findings.Add(new PolitenessFinding(
                $"our control group is ranked lowest, but only inside of a group of weight {Text(group.Around.Value)}: what runs outside of that one, as logins do, shares a CPU with us as with an equal",
                "systemd: a slice of its own, `Slice=loadshaper.slice`, and `CPUWeight=idle` in that slice too; Docker: `--cgroup-parent` with such a slice"));
        }

        var wanted = input.HighestIntensity / 100 * input.CpuCount;
        if (input.Group?.Quota is { } quota && quota < wanted)
            findings.Add(new PolitenessFinding(
                $"our control group may use {Text(quota)} CPUs, and {Text(input.HighestIntensity)} % of {input.CpuCount} CPUs takes {Text(wanted)}: the target cannot be reached",
                "remove the CPU limit; compose: no `cpus`; Kubernetes: no `limits.cpu`; systemd: no `CPUQuota`"));

        return new PolitenessReport(verdict, findings, lowerSession);
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
