namespace LoadShaper.Domain.Safety;

/// <summary>What Oracle's rule looks at. One of them at or above the threshold saves the machine.</summary>
public enum IdleMetric
{
    Cpu,
    Memory,
    Network,
}

public enum VerdictKind
{
    Safe,
    AtRisk,

    /// <summary>Too little of the window was seen for another verdict.</summary>
    Unknown,
}

/// <summary>Whether the machine looks idle by the rule.</summary>
/// <param name="SavedBy">The metric that saves it, by the widest margin; null when none does.</param>
/// <param name="Margin">Points between the best metric's figure and the threshold; negative when none saves. Null when nothing was seen.</param>
/// <param name="Cpu">The lowest CPU figure of the three grids, unseen minutes absent.</param>
/// <param name="CpuPessimistic">The same, unseen minutes taken for idle.</param>
/// <param name="Missing">How much of the window was not seen.</param>
/// <param name="MinutesNeeded">
/// Minutes at or above the threshold that the window still lacks, unseen ones taken for idle; when they suffice, those that
/// a coarser grid lacks.
/// </param>
/// <param name="TurnsAt">
/// When the verdict would turn, the last metric that saves included, if LoadShaper stopped now and nothing more came; null
/// when none saves.
/// </param>
public sealed record Verdict(
    VerdictKind Kind,
    IdleMetric? SavedBy,
    double? Margin,
    double? Cpu,
    double? CpuPessimistic,
    double? Memory,
    double? Network,
    TimeSpan Missing,
    int MinutesNeeded,
    DateTimeOffset? TurnsAt);

/// <summary>What the verdict is judged from; percent.</summary>
/// <param name="Cpu">The lowest of the three grids, unseen minutes absent; null when nothing was seen.</param>
/// <param name="CpuPessimistic">The same, unseen minutes taken for idle.</param>
/// <param name="CpuHolds">Hours for which the CPU would still hold every reading if nothing came any more; null when that ends within this one.</param>
/// <param name="Memory">Mean over the window; null when unknown.</param>
/// <param name="Network">Mean over the window; null when unknown.</param>
/// <param name="Watched">Since the first minute that was ever seen.</param>
/// <param name="Missing">How much of the window was not seen.</param>
/// <param name="MinutesNeeded">What the window lacks of minutes at or above the threshold; when they suffice, what a coarser grid lacks.</param>
public sealed record VerdictInput(
    DateTimeOffset At,
    double? Cpu,
    double? CpuPessimistic,
    int? CpuHolds,
    double? Memory,
    double? Network,
    TimeSpan Watched,
    TimeSpan Missing,
    int MinutesNeeded);
