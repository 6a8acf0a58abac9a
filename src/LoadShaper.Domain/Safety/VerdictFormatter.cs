namespace LoadShaper.Domain.Safety;

/// <summary>What becomes of the verdict.</summary>
public enum VerdictOutlook
{
    /// <summary>LoadShaper can add the load that the verdict needs.</summary>
    Holding,

    /// <summary>The gate keeps all load off: without a fix the verdict turns at <see cref="Verdict.TurnsAt"/>.</summary>
    Falling,
}

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
