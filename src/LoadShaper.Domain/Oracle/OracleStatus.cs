using System.Globalization;
using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Domain.Oracle;

/// <summary>The last report of the monitor of Oracle's readings.</summary>
/// <param name="View">What the stored points amount to; null before the first.</param>
/// <param name="FilledIn">Minutes of the window that Oracle's points stand in for.</param>
/// <param name="LastSuccess">When Oracle last answered with a recent CPU value; null before.</param>
/// <param name="NextAttempt">When it is asked next.</param>
/// <param name="Problem">Why the last attempt failed; null when it did not.</param>
/// <param name="Succeeded">Attempts that were answered with a recent CPU value, since the start.</param>
/// <param name="Failed">Attempts that were not.</param>
/// <param name="FailedInARow">Attempts without an answer, since the last answer, even one without a recent CPU value.</param>
public sealed record OracleStatus(
    OracleMonitoring Monitoring,
    OracleView? View,
    int FilledIn,
    DateTimeOffset? LastSuccess,
    DateTimeOffset? NextAttempt,
    OracleProblem? Problem,
    long Succeeded = 0,
    long Failed = 0,
    int FailedInARow = 0)
{
    /// <summary>The outcome of an attempt. An agent that stopped is a problem once the newest CPU value is older than <see cref="OraclePolicy.FreshFor"/>.</summary>
    /// <param name="points">What it brought.</param>
    /// <param name="stored">Start of the newest CPU minute that was stored before; null without one.</param>
    /// <param name="problem">Why it ended early; null when every metric was answered.</param>
    public OracleStatus Apply(IReadOnlyList<OraclePoint> points, DateTimeOffset? stored, OracleProblem? problem, DateTimeOffset at)
    {
        var brought = points.Where(point => point.Metric == OracleMetric.Cpu).Select(point => (DateTimeOffset?)MinuteMean.StartOf(point.Minute)).Max();
        var newest = stored is null || brought > stored ? brought : stored;
        problem ??= IsFresh(newest, at) ? null : new OracleProblem(OracleProblemKind.NoData, newest is { } old
            ? string.Create(CultureInfo.InvariantCulture, $"Oracle's newest CPU value of this instance is of {old.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
            : "Oracle has no CPU value of this instance");
        // The CPU decides: what is missing of the other metrics comes an hour later.
        var succeeded = problem is null || IsFresh(brought, at);
        return this with
        {
            Problem = problem,
            LastSuccess = succeeded ? at : LastSuccess,
            Succeeded = Succeeded + (succeeded ? 1 : 0),
            Failed = Failed + (succeeded ? 0 : 1),
            // An agent that stopped is not asked again early: the requests of the hour are used.
            FailedInARow = succeeded || problem?.Kind == OracleProblemKind.NoData ? 0 : FailedInARow + 1,
        };
    }

    private static bool IsFresh(DateTimeOffset? minute, DateTimeOffset at) => minute is { } start && at - start.AddMinutes(1) <= OraclePolicy.FreshFor;
}
