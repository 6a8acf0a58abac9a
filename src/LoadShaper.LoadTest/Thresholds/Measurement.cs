using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Thresholds;

/// <summary>What a threshold looks at: a run, a step, a phase or a window of one of them.</summary>
/// <param name="Duration">For rates.</param>
/// <param name="StatusClasses">Null where the responses' status is not known.</param>
public sealed record Measurement(RunCounts Counts, LatencyHistogram Response, TimeSpan Duration, IReadOnlyList<long>? StatusClasses = null)
{
    /// <summary>The metric's value in its unit; null without data, which fails every threshold.</summary>
    public double? Value(ThresholdMetric metric)
    {
        var ended = Counts.Completed + Counts.Failed;
        return metric.Kind switch
        {
            MetricKind.Percentile => Latency(Response.Percentile(metric.Argument)),
            MetricKind.Minimum => Latency(Response.Min),
            MetricKind.Maximum => Latency(Response.Max),
            MetricKind.Mean => Latency(Response.Mean),
            MetricKind.ErrorRate => ended == 0 ? null : Counts.ErrorRate,
            MetricKind.SuccessRate => ended == 0 ? null : 1 - Counts.ErrorRate,
            MetricKind.StatusClass => ended == 0 || StatusClasses is null ? null : (double)StatusClasses[(int)metric.Argument] / ended,
            MetricKind.SentRatio => Counts.Offered == 0 ? null : Counts.SentRatio,
            MetricKind.Throughput => ended == 0 || Duration <= TimeSpan.Zero ? null : Counts.Completed / Duration.TotalSeconds,
            _ when Counts.Offered == 0 => null,
            MetricKind.Offered => Counts.Offered,
            MetricKind.Sent => Counts.Sent,
            MetricKind.Completed => Counts.Completed,
            MetricKind.Failed => Counts.Failed,
            MetricKind.Late => Counts.Late,
            _ => Counts.Unsent,
        };
    }

    private double? Latency(double microseconds) => Response.Count == 0 ? null : microseconds / 1e6;
}
