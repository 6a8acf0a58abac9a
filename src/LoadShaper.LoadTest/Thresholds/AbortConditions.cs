using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Thresholds;

/// <summary>
/// Ends a run as soon as a condition of abort_on holds over its window. A condition without a window gets 10 seconds, so
/// that the first failed request of a run does not end it.
/// </summary>
public sealed class AbortConditions(IEnumerable<Threshold> conditions)
{
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromSeconds(10);

    private readonly WindowTracker _windows = new(conditions.Select(c => c with { Over = c.Over ?? DefaultWindow }));

    /// <summary>The reason to stop; null to go on. Without data a condition does not hold.</summary>
    public string? OnInterval(IntervalSnapshot snapshot) =>
        _windows.OnInterval(snapshot) is [var first, ..]
            ? $"abort condition {first.Threshold.Text} met: {MetricText.Format(first.Threshold.Metric, first.Measured)} {first.Detail}"
            : null;
}
