using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Thresholds;

/// <summary>A threshold with its measured value.</summary>
/// <param name="Measured">In the metric's unit; of the first window that failed, or of the worst; null without data.</param>
/// <param name="Detail">Why there is no data, or which window; empty otherwise.</param>
public sealed record ThresholdOutcome(Threshold Threshold, double? Measured, bool Passed, string Detail);

/// <summary>Decides whether a run met its thresholds.</summary>
public static class ThresholdEvaluator
{
    /// <param name="windows">What <see cref="WindowTracker"/> saw of the thresholds with a window.</param>
    public static IReadOnlyList<ThresholdOutcome> Evaluate(
        IReadOnlyList<Threshold> thresholds, RunResult result, IReadOnlyList<PhaseFigures> phases, WindowTracker windows) =>
        [.. thresholds.Select(t => t.Over is null ? Whole(t, result, phases) : windows.Outcome(t))];

    private static ThresholdOutcome Whole(Threshold threshold, RunResult result, IReadOnlyList<PhaseFigures> phases)
    {
        if (Find(threshold, result, phases) is not { } measurement)
            return new ThresholdOutcome(threshold, null, false, $"\"{threshold.Step}\" was not executed");
        return measurement.Value(threshold.Metric) is { } value
            ? new ThresholdOutcome(threshold, value, threshold.IsMetBy(value), "")
            : new ThresholdOutcome(threshold, null, false, NoData(threshold, measurement));
    }

    private static Measurement? Find(Threshold threshold, RunResult result, IReadOnlyList<PhaseFigures> phases)
    {
        if (threshold.Step is null)
            return Of(result.Total, result.Duration);
        if (result.Series.FirstOrDefault(s => s.Name == threshold.Step) is { } series)
            return Of(series, result.Duration);
        return phases.FirstOrDefault(p => p.Name == threshold.Step) is { } phase ? new Measurement(phase.Counts, phase.Response, phase.Duration) : null;
    }

    private static Measurement Of(SeriesResult series, TimeSpan duration) => new(series.Counts, series.Response, duration, series.StatusClasses);

    internal static string NoData(Threshold threshold, Measurement measurement) =>
        threshold.Metric.Unit == MetricUnit.Duration && measurement.Counts.Completed > 0 ? "no data: latencies were not recorded"
        : threshold.Metric.Unit == MetricUnit.Duration ? "no data: no request completed"
        : "no data: no request ended";
}
