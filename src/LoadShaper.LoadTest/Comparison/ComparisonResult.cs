namespace LoadShaper.LoadTest.Comparison;

/// <summary>What the comparison of one metric came to.</summary>
public enum ChangeVerdict
{
    /// <summary>Within the tolerance, and the runs agree enough to say so.</summary>
    Same,
    Better,
    Worse,

    /// <summary>The runs differ so much among themselves that a change beyond the tolerance can be present or absent.</summary>
    Inconclusive,

    /// <summary>One side has no value.</summary>
    NoData,
}

/// <summary>One metric of both sides.</summary>
/// <param name="Before">Median over the base's runs.</param>
/// <param name="After">Median over the new runs.</param>
/// <param name="Change">Relative (0.1 is 10 % more), or the difference for a share.</param>
/// <param name="Low">Lower end of the 95 % bootstrap interval of the change.</param>
/// <param name="High">Upper end.</param>
/// <param name="P">Chance of so large a worsening (or improvement, when it improved) without any cause, adjusted for all metrics looked at.</param>
public sealed record MetricChange(
    MetricRule Rule, double Before, double After, double Change, double Low, double High, double P, ChangeVerdict Verdict);

/// <summary>The whole comparison.</summary>
/// <param name="WithinRun">
/// A side had fewer than three runs: parts of runs were used as runs, so the variation between runs is not in the figures.
/// </param>
/// <param name="Notes">What makes the sides hard to compare: another scenario, another machine, an invalid run.</param>
public sealed record ComparisonResult(
    int RunsBefore, int RunsAfter, bool WithinRun, IReadOnlyList<MetricChange> Metrics, IReadOnlyList<string> Notes)
{
    public bool Regressed => Metrics.Any(m => m.Verdict == ChangeVerdict.Worse);
}
