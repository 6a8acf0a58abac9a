using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Lifecycle;

/// <summary>What is known of the journal's availability.</summary>
/// <param name="Since">When recording stopped; null while the journal is available.</param>
/// <param name="Problem">Why; null while the journal is available.</param>
/// <param name="IsDamaged">SQLite reported the file as malformed: it has to be moved aside before the next attempt.</param>
/// <param name="IsUnreadable">Recovery itself failed: the next attempt ignores the snapshots.</param>
/// <param name="DecidesInMemory">The outage has lasted so long that decisions are made without a record.</param>
/// <param name="Retry">The delay before the next attempt.</param>
public sealed record OutageState(
    DateTimeOffset? Since, string? Problem, bool IsDamaged, bool IsUnreadable, bool DecidesInMemory, BackOff Retry)
{
    public static readonly OutageState None = new(null, null, false, false, false, new BackOff(OutagePolicy.FirstRetry, OutagePolicy.LongestRetry));

    public bool IsAvailable => Since is null;
}
