using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Health;

/// <summary>The state of the protection, as alerts are decided from it.</summary>
public static class ConditionPolicy
{
    public static VmCondition Of(HealthState state, HealthVerdict health) => new(
        IsUnhealthy: health.Status == HealthStatus.Unhealthy,
        Checks: health.Checks,
        HasDecided: state.Controller is not null,
        Verdict: state.Controller?.Verdict,
        Prevented: Prevented(state, health),
        JournalProblem: state.Controller?.Problem,
        JournalLoss: state.Controller?.JournalLoss,
        Politeness: state.Politeness?.Verdict,
        PolitenessFinding: state.Politeness is { Findings: [var first, ..] } ? $"{first.Problem}; {first.Remedy}" : null,
        OracleReadsIdle: state.Comparison is { } comparison && OraclePolicy.Differ(comparison) is not null ? OraclePolicy.IsAlarming(comparison) : null);

    private static string? Prevented(HealthState state, HealthVerdict health)
    {
        if (health.Status == HealthStatus.Unhealthy)
            return string.Join(", ", health.Checks);
        if (state.Controller is not { } controller)
            return null;
        if (controller.Problem is { } journal)
            return $"the journal is unavailable: {journal}";
        // Memory that is held, and real traffic, protect behind a closed gate too.
        if (controller.Verdict?.SavedBy == IdleMetric.Network
            || (controller.Verdict?.SavedBy == IdleMetric.Memory && state.Memory?.Use?.LowestShare.Value >= IdleRule.Oracle.Threshold))
            return null;
        if (controller.Gate is { Position: GatePosition.Closed } gate)
            return $"the gate is closed ({string.Join(", ", GateText.Causes(gate.Causes, null))})";
        // The workers get no share of a target that the CPUs they may use cannot reach.
        return controller.Plan.Intensity.Value > 0 && state.Burn is { Aim: null, Gate: GatePosition.Open }
            ? "the CPUs that this process may use cannot reach the target"
            : null;
    }
}
