using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Health;

/// <summary>The answer of /health: a status, and every check that failed.</summary>
/// <param name="Checks">Snake case, most serious first; exactly `all_systems_operational` when none failed.</param>
public sealed record HealthVerdict(HealthStatus Status, IReadOnlyList<string> Checks);

/// <summary>Unhealthy when the VM is not being protected, degraded when it is with less than there should be.</summary>
public static class HealthPolicy
{
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
        if (state.Sample is { Memory: null })
            degraded.Add("memory_unreadable");
        if (state.Sample is { Load: null })
            degraded.Add("load_unreadable");
        if (state.Memory?.Trouble is not null)
            degraded.Add("memory_not_held");
        if (state.Sample is { Impossible: not ImpossibleCounters.None })
            degraded.Add("impossible_counters");
        if (state.Host?.OtherKeeper is not null)
            degraded.Add("another_keeper");

        return (unhealthy.Count, degraded.Count) switch
        {
            ( > 0, _) => new HealthVerdict(HealthStatus.Unhealthy, [.. unhealthy, .. degraded]),
            (_, > 0) => new HealthVerdict(HealthStatus.Degraded, degraded),
            _ => new HealthVerdict(HealthStatus.Healthy, ["all_systems_operational"]),
        };
    }
}
