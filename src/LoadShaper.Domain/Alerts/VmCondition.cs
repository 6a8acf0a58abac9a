using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Alerts;

/// <summary>Asks for the present <see cref="VmCondition"/>, which is the answer.</summary>
public sealed record ConditionWanted
{
    public static readonly ConditionWanted Instance = new();
}

/// <summary>What alerts are decided from: the state of this VM's protection.</summary>
/// <param name="IsUnhealthy">The VM is not being protected now.</param>
/// <param name="Checks">The failed checks of /health.</param>
/// <param name="HasDecided">The controller has reported since the start; before that nothing is known of the journal and the verdict.</param>
/// <param name="Verdict">Null before the first.</param>
/// <param name="Prevented">What keeps LoadShaper from adding load; null when nothing does.</param>
/// <param name="JournalProblem">Why decisions are not being recorded; null when they are.</param>
/// <param name="JournalLoss">What was lost of the journal since the start; null when nothing was.</param>
/// <param name="Politeness">Null before the check.</param>
/// <param name="PolitenessFinding">The first obstacle, with its fix; null without one.</param>
/// <param name="OracleReadsIdle">Whether Oracle's readings call the VM idle while LoadShaper's call it safe; null when they cannot be compared.</param>
public sealed record VmCondition(
    bool IsUnhealthy,
    IReadOnlyList<string> Checks,
    bool HasDecided,
    Verdict? Verdict,
    string? Prevented = null,
    string? JournalProblem = null,
    string? JournalLoss = null,
    PolitenessVerdict? Politeness = null,
    string? PolitenessFinding = null,
    bool? OracleReadsIdle = null)
{
    /// <summary>Healthy or degraded, and not AT RISK.</summary>
    public bool IsProtected => !IsUnhealthy && Verdict?.Kind != VerdictKind.AtRisk;
}
