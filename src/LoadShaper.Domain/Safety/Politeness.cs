namespace LoadShaper.Domain.Safety;

/// <summary>What the kernel would do when real work and we want the same CPU.</summary>
public enum PolitenessVerdict
{
    /// <summary>The kernel prefers others.</summary>
    Polite,

    /// <summary>The kernel shares the CPU out; we then rest by ourselves, a moment later than it could.</summary>
    Impolite,

    /// <summary>Our control group cannot be read.</summary>
    Unknown,
}

/// <summary>One thing that stands between us and being unfelt, or between us and the target.</summary>
public sealed record PolitenessFinding(string Problem, string Remedy);

/// <summary>The answer of the check at start.</summary>
/// <param name="LowerSession">Our session is ours alone: it may be given the lowest rank among sessions.</param>
public sealed record PolitenessReport(PolitenessVerdict Verdict, IReadOnlyList<PolitenessFinding> Findings, bool LowerSession);

/// <summary>What the check is decided from. Null is what the kernel does not have or does not show.</summary>
/// <param name="Group">Our control group of the CPU controller; null when it cannot be read.</param>
/// <param name="SessionNice">Nice value of our autogroup; null when sessions do not compete.</param>
/// <param name="LeadsSession">We are the first process of our session, so nobody else's work is in it.</param>
/// <param name="CpuCount">CPUs of the machine.</param>
/// <param name="HighestIntensity">The most that is ever aimed at, percent of all CPUs.</param>
public sealed record PolitenessInput(
    CpuGroup? Group, int? SessionNice, bool LeadsSession, int CpuCount, double HighestIntensity);

/// <summary>A control group of the CPU controller.</summary>
/// <param name="IsRoot">The root of the machine: it competes with no other group.</param>
/// <param name="Weight">By the scale of version 2, 1 to 10000, 100 by default; null when it cannot be read.</param>
/// <param name="IsIdle">cpu.idle: ranked below every other group.</param>
/// <param name="Quota">CPUs that may be used at once, by its own limit and those above it; null without any.</param>
/// <param name="Around">Weight of the outermost group that ours is in, 0 when it is idle; null where we see none around ours.</param>
public sealed record CpuGroup(int Version, bool IsRoot, double? Weight, bool IsIdle, double? Quota, double? Around = null);
