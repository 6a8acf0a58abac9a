using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Oracle;

/// <summary>What a comparison of the two verdicts depends on.</summary>
/// <param name="Ours">LoadShaper's verdict.</param>
/// <param name="OurCpu">Its lowest CPU reading, percent.</param>
/// <param name="Oracles">The verdict by Oracle's readings.</param>
/// <param name="OracleCpu">Their lowest CPU reading, percent.</param>
/// <param name="Newest">End of the newest minute that Oracle has; null without one.</param>
public sealed record OracleInput(
    DateTimeOffset At, VerdictKind Ours, double? OurCpu, VerdictKind Oracles, double? OracleCpu, DateTimeOffset? Newest);

/// <summary>The two verdicts came apart, or agree again.</summary>
public abstract record OracleEvent(OracleInput Input) : IEvent
{
    public DateTimeOffset At => Input.At;
}

/// <summary>Oracle's readings lead to another verdict than LoadShaper's.</summary>
public sealed record OracleVerdictDiffered(OracleInput Input) : OracleEvent(Input);

/// <summary>Both lead to the same verdict again.</summary>
public sealed record OracleVerdictAgreed(OracleInput Input) : OracleEvent(Input);
