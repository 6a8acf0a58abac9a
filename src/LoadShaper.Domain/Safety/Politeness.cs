namespace LoadShaper.Domain.Safety;

/// <summary>Whether the kernel prefers other work when it wants a CPU that LoadShaper uses.</summary>
public enum PolitenessVerdict
{
    /// <summary>The kernel prefers other work.</summary>
    Polite,

    /// <summary>The kernel shares the CPU; LoadShaper then yields by itself, later than the kernel could.</summary>
    Impolite,

    /// <summary>A control group that decides it cannot be read, or is hidden by a cgroup namespace.</summary>
    Unknown,
}

/// <summary>What a finding puts at stake.</summary>
public enum PolitenessSubject
{
    /// <summary>Other work waits for LoadShaper.</summary>
    Rank,

    /// <summary>The rank against other work cannot be seen.</summary>
    UnknownRank,

    /// <summary>A limit keeps the CPU target out of reach.</summary>
    CpuLimit,
}

/// <summary>One obstacle to politeness or to the target.</summary>
public sealed record PolitenessFinding(PolitenessSubject Subject, string Problem, string Remedy);

/// <summary>The result of the check at start.</summary>
/// <param name="LowerSession">The session contains LoadShaper alone: it may be given the lowest rank among sessions.</param>
public sealed record PolitenessReport(PolitenessVerdict Verdict, IReadOnlyList<PolitenessFinding> Findings, bool LowerSession);

/// <summary>The inputs of the check. Null is what the kernel does not have or does not show.</summary>
/// <param name="Groups">
/// The control groups of the CPU controller around this process, the innermost first, without the root of the machine. Empty
/// for a process in the root; null when none can be read.
/// </param>
/// <param name="SeesRoot">The last of the groups is a child of the machine's root; false inside a private cgroup namespace.</param>
/// <param name="SessionNice">Nice value of our autogroup; null when sessions do not compete.</param>
/// <param name="LeadsSession">This is the first process of its session, so the session contains no other work.</param>
/// <param name="CpuCount">CPUs of the machine.</param>
/// <param name="HighestIntensity">The highest intensity in the settings, percent of all CPUs.</param>
public sealed record PolitenessInput(
    IReadOnlyList<CpuGroup>? Groups, bool SeesRoot, int? SessionNice, bool LeadsSession, int CpuCount, double HighestIntensity);

/// <summary>A control group of the CPU controller.</summary>
/// <param name="Name">Its path, as far as it can be seen.</param>
/// <param name="Weight">By the scale of version 2, 1 to 10000, 100 by default; null when it cannot be read.</param>
/// <param name="IsIdle">cpu.idle: ranked below every sibling that is not idle.</param>
/// <param name="Quota">CPUs that may be used at once; null without a limit.</param>
/// <param name="HasSiblings">Other groups compete with it under the same parent; true when the parent is hidden.</param>
public sealed record CpuGroup(string Name, double? Weight, bool IsIdle, double? Quota = null, bool HasSiblings = true);
