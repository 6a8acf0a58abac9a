using LoadShaper.Domain.Platform;

namespace LoadShaper.Domain.Safety;

/// <summary>Which levers are pulled.</summary>
public readonly record struct Levers(bool Cpu, bool Memory)
{
    public IReadOnlyList<string> Names() => (Cpu, Memory) switch
    {
        (true, true) => ["cpu", "memory"],
        (true, false) => ["cpu"],
        (false, true) => ["memory"],
        _ => [],
    };
}

/// <summary>
/// PROTECT_WITH: one lever works while it holds, the other rests; when it does not hold, the other takes over. Decided
/// each control period, from readings of the present.
/// </summary>
public static class LeverPolicy
{
    /// <param name="cpuHolds">Whether every CPU reading is at or above the threshold, with unseen minutes as idle.</param>
    /// <param name="memory">Memory use now by the lowest formula, percent; null when unknown.</param>
    public static Levers Decide(IdleRule rule, ProtectWith protect, ShapeFamily family, bool cpuHolds, double? memory) =>
        (protect, family) switch
        {
            (ProtectWith.Both, _) => new Levers(Cpu: true, Memory: true),
            // Memory counts on A1 alone.
            (_, ShapeFamily.E2) => new Levers(Cpu: true, Memory: false),
            (ProtectWith.Memory, _) => new Levers(Cpu: !(memory >= rule.Threshold), Memory: true),
            _ => new Levers(Cpu: true, Memory: !cpuHolds),
        };
}
