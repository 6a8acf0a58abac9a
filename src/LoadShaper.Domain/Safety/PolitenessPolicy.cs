using System.Globalization;

namespace LoadShaper.Domain.Safety;

/// <summary>
/// Decides whether the kernel prefers other work to LoadShaper. SCHED_IDLE and nice rank threads only inside a control group
/// or a session. Between groups only the weight counts, and only against siblings: to the rest of the machine LoadShaper has
/// the rank of its top-level group. Measured for each kind of placement in docs/operations.md.
/// </summary>
public static class PolitenessPolicy
{
    /// <summary>At this weight a sibling of default weight keeps nine tenths of a contended CPU.</summary>
    public const double LowWeight = 10;

    private const double DefaultWeight = 100;
    private const int LowestNice = 19;

    private const string UseSlice =
        "systemd: `Slice=loadshaper.slice` with the slice file of deploy/systemd installed (`CPUWeight=idle`); compose: `cgroup_parent: loadshaper.slice` and `cpu_shares: 2`; "
        + "Quadlet: `Slice=loadshaper.slice` in [Service]; Kubernetes: leave all requests and limits of this pod out (BestEffort) and give your own pods requests";

    private const string CheckOutside =
        "on the machine itself `systemctl show -p CPUWeight loadshaper.slice` has to show idle or 1; compose: `cgroup_parent: loadshaper.slice` with the slice file of "
        + "deploy/systemd installed, and `cgroup: host` to let this check see it; Quadlet: `Slice=loadshaper.slice` in [Service]; Kubernetes: leave all requests and limits "
        + "of this pod out (BestEffort) and give your own pods requests: a BestEffort pod of yours competes with this one as an equal";

    public static PolitenessReport Decide(PolitenessInput input)
    {
        var findings = new List<PolitenessFinding>();
        var (verdict, rank, lowerSession) = input.Groups switch
        {
            null => (PolitenessVerdict.Unknown, new PolitenessFinding(PolitenessSubject.UnknownRank, "cannot read the control group of this process, so its rank against other work is unknown", UseSlice), false),
            [] => InRootGroup(input),
            _ => InGroups(input.Groups, input.SeesRoot),
        };
        if (rank is not null)
            findings.Add(rank);

        var wanted = input.HighestIntensity / 100 * input.CpuCount;
        if (input.Groups?.Min(group => group.Quota) is { } quota && quota < wanted)
            findings.Add(new PolitenessFinding(
                PolitenessSubject.CpuLimit,
                $"the CPU limit of the control group is {Text(quota)} CPUs, and {Text(input.HighestIntensity)} % of {input.CpuCount} CPUs takes {Text(wanted)}: the target cannot be reached",
                "remove the CPU limit; compose: no `cpus`; Quadlet and systemd: no `CPUQuota`; Kubernetes: no `limits.cpu`"));

        return new PolitenessReport(verdict, findings, lowerSession);
    }

    // Only tasks of the root group are grouped by session.
    private static (PolitenessVerdict, PolitenessFinding?, bool LowerSession) InRootGroup(PolitenessInput input) => input switch
    {
        { SessionNice: < LowestNice, LeadsSession: true } => (PolitenessVerdict.Polite, null, true),
        { SessionNice: < LowestNice } => (
            PolitenessVerdict.Impolite,
            new PolitenessFinding(
                PolitenessSubject.Rank,
                $"sessions share the CPU as equals (autogroup, nice {Text(input.SessionNice.Value)}): work of other sessions would wait for LoadShaper",
                "run it as the systemd unit or a container, or in a session of its own: `setsid loadshaper run`"),
            false),
        _ => (PolitenessVerdict.Polite, null, false),
    };

    private static (PolitenessVerdict, PolitenessFinding?, bool LowerSession) InGroups(IReadOnlyList<CpuGroup> groups, bool seesRoot)
    {
        // Inside a slice of its own nothing competes with the unit, at any weight of the unit. The outermost group always
        // competes: with its siblings, and with the tasks of the root.
        for (var i = groups.Count - 1; i >= 0; i--)
            if (groups[i].Weight > LowWeight && !groups[i].IsIdle && (groups[i].HasSiblings || i == groups.Count - 1))
                return (PolitenessVerdict.Impolite, Impolite(groups, i), false);
        if (groups.FirstOrDefault(group => group.Weight is null && !group.IsIdle) is { } unreadable)
            return (PolitenessVerdict.Unknown, new PolitenessFinding(PolitenessSubject.UnknownRank, $"cannot read the CPU weight of control group {unreadable.Name}, so its rank against other work is unknown", UseSlice), false);

        return seesRoot
            ? (PolitenessVerdict.Polite, null, false)
            : (PolitenessVerdict.Unknown, new PolitenessFinding(PolitenessSubject.UnknownRank, "cannot see above this control group: its own rank is low, but a cgroup namespace hides the rank of the groups around it", CheckOutside), false);
    }

    private static PolitenessFinding Impolite(IReadOnlyList<CpuGroup> groups, int index)
    {
        var group = groups[index];
        var share = 100 * group.Weight!.Value / (group.Weight.Value + DefaultWeight);
        var problem = index > 0 && IsLow(groups[0])
            ? $"control group {groups[0].Name} has a low rank, but only inside {group.Name} of weight {Text(group.Weight.Value)}: work outside that group, such as a login session, leaves LoadShaper {Text(share)} % of a CPU that both want"
            : $"control group {group.Name} has weight {Text(group.Weight.Value)} (default {Text(DefaultWeight)}): another group leaves LoadShaper {Text(share)} % of a CPU that both want";
        return new PolitenessFinding(PolitenessSubject.Rank, problem, UseSlice);
    }

    private static bool IsLow(CpuGroup group) => group.IsIdle || group.Weight <= LowWeight;

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
