using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Health;

/// <summary>The answer of /health: a status, and every check that failed.</summary>
/// <param name="Checks">Snake case, most serious first; exactly `all_systems_operational` when there is no finding at all.</param>
public sealed record HealthVerdict(HealthStatus Status, IReadOnlyList<string> Checks)
{
    /// <summary>The part of <see cref="Checks"/> that puts no promise at stake: it makes nothing degraded.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Unhealthy when the VM is not being protected, degraded when it is with less than there should be.</summary>
public static class HealthPolicy
{
    /// <summary>What the list of failed checks holds when there is none.</summary>
    public const string AllOperational = "all_systems_operational";

    /// <summary>The check of a journal that was lost before this start.</summary>
    public const string JournalLoss = "journal_loss";

    /// <summary>How old the last report may be; also how long a start may take.</summary>
    public static TimeSpan Patience(TimeSpan controlPeriod) =>
        TimeSpan.FromSeconds(Math.Max(3 * controlPeriod.TotalSeconds, 10));

    /// <param name="uptime">Of the daemon, by the monotonic clock.</param>
    public static HealthVerdict Decide(HealthState state, TimeSpan controlPeriod, TimeSpan uptime)
    {
        var unhealthy = new List<string>();
        var degraded = new List<string>();

        if (uptime - (state.SampledAt ?? TimeSpan.Zero) > Patience(controlPeriod))
            unhealthy.Add("sampler_silent");
        if (state.Sample is { Cpu: null })
            unhealthy.Add("cpu_unreadable");
        if (state.Controller?.Gate is { Position: GatePosition.Closed } gate && gate.Causes.HasFlag(GateCauses.MissingReading))
            unhealthy.Add("gate_closed_without_readings");
        if (state.Sample is { At: var at } && !GapPolicy.IsClockSet(at))
            unhealthy.Add("clock_not_set");
        if (uptime - (state.DecidedAt ?? TimeSpan.Zero) > Patience(controlPeriod))
            unhealthy.Add("controller_silent");

        if (state.Controller?.Problem is not null)
            degraded.Add("journal_failing");
        if (state.Store is { IsAvailable: false })
            degraded.Add("samples_not_stored");
        if (state.Controller?.Verdict is { Kind: VerdictKind.AtRisk })
            degraded.Add("vm_at_risk");
        if (state.Controller?.Stuck is not null)
            degraded.Add("gate_held_by_one_signal");
        if (state.Comparison is { } comparison && OraclePolicy.IsAlarming(comparison))
            degraded.Add("oracle_reads_idle");
        if (state.Sample is { Memory: null })
            degraded.Add("memory_unreadable");
        if (state.Sample is { Load: null })
            degraded.Add("load_unreadable");
        if (state.Memory?.Trouble is not null)
            degraded.Add("memory_not_held");
        degraded.AddRange(NetworkProblem.Checks(state));
        if (state.Sample is { Impossible: not ImpossibleCounters.None })
            degraded.Add("impossible_counters");
        if (state.Host?.OtherKeeper is not null)
            degraded.Add("another_keeper");
        if (state.Alerts?.Problem is not null)
            degraded.Add("alerts_failing");

        var subjects = (state.Politeness?.Findings ?? []).Select(finding => finding.Subject).ToHashSet();
        if (subjects.Contains(PolitenessSubject.Rank))
            degraded.Add("impolite");
        if (subjects.Contains(PolitenessSubject.CpuLimit) && !MemoryProtects(state))
            degraded.Add("cpu_limit_below_target");

        string[] notes = [.. Notes(state, subjects)];
        return (unhealthy.Count, degraded.Count, notes.Length) switch
        {
            ( > 0, _, _) => new HealthVerdict(HealthStatus.Unhealthy, [.. unhealthy, .. degraded, .. notes]) { Notes = notes },
            (_, > 0, _) => new HealthVerdict(HealthStatus.Degraded, [.. degraded, .. notes]) { Notes = notes },
            (_, _, > 0) => new HealthVerdict(HealthStatus.Healthy, notes) { Notes = notes },
            _ => new HealthVerdict(HealthStatus.Healthy, [AllOperational]),
        };
    }

    private static IEnumerable<string> Notes(HealthState state, HashSet<PolitenessSubject> subjects)
    {
        if (state.Controller?.JournalLoss is not null)
            yield return JournalLoss;
        if (subjects.Contains(PolitenessSubject.CpuLimit) && MemoryProtects(state))
            yield return "cpu_limit_below_target";
        if (subjects.Contains(PolitenessSubject.UnknownRank))
            yield return "cpu_rank_unknown";
    }

    /// <summary>The check of a finding about politeness.</summary>
    public static string NameOf(PolitenessSubject subject) => subject switch
    {
        PolitenessSubject.Rank => "impolite",
        PolitenessSubject.CpuLimit => "cpu_limit_below_target",
        _ => "cpu_rank_unknown",
    };

    // The CPU rests while memory protects, so that its limit does not matter.
    private static bool MemoryProtects(HealthState state) => state.Controller is { Levers: { Cpu: false, Memory: true } };
}
