namespace LoadShaper.Domain.Safety;

/// <summary>The verdict as operators read it, the same in logs, JSON and tables.</summary>
public static class VerdictFormatter
{
    /// <param name="kind">Null before the first verdict.</param>
    public static string Of(VerdictKind? kind) => kind switch
    {
        VerdictKind.Safe => "SAFE",
        VerdictKind.AtRisk => "AT RISK",
        _ => "UNKNOWN",
    };
}
