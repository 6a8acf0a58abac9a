using System.Globalization;
using System.Text.RegularExpressions;

namespace LoadShaper.LoadTest.Thresholds;

/// <summary>What a threshold's value is measured in.</summary>
public enum MetricUnit
{
    /// <summary>Seconds; written with a unit, such as 200ms.</summary>
    Duration,

    /// <summary>0 to 1; written as 5% or 0.05.</summary>
    Share,

    /// <summary>Requests a second.</summary>
    Rate,
    Count,
}

/// <summary>Which figure of a result.</summary>
public enum MetricKind
{
    /// <summary>Percentile of the response time from the intended send time, successful requests only.</summary>
    Percentile,
    Minimum,
    Maximum,
    Mean,

    /// <summary>Failed of completed requests.</summary>
    ErrorRate,
    SuccessRate,

    /// <summary>Responses of one class, 1xx to 5xx, of all ended requests.</summary>
    StatusClass,

    /// <summary>Sent of offered requests.</summary>
    SentRatio,

    /// <summary>Completed requests a second.</summary>
    Throughput,
    Offered,
    Sent,
    Completed,
    Failed,
    Late,
    Unsent,
}

/// <summary>A metric by its name in thresholds.</summary>
/// <param name="Argument">The percentile, 0 to 100, or the status class, 1 to 5.</param>
public sealed partial record ThresholdMetric(string Name, MetricKind Kind, MetricUnit Unit, double Argument = 0)
{
    public const string Expected =
        "p50, p95, p99.9, min, max, avg, error_rate, success_rate, status_4xx, sent_ratio, rps, offered, sent, completed, failed, late or unsent";

    private static readonly Dictionary<string, (MetricKind Kind, MetricUnit Unit)> Named = new()
    {
        ["min"] = (MetricKind.Minimum, MetricUnit.Duration),
        ["max"] = (MetricKind.Maximum, MetricUnit.Duration),
        ["avg"] = (MetricKind.Mean, MetricUnit.Duration),
        ["error_rate"] = (MetricKind.ErrorRate, MetricUnit.Share),
        ["success_rate"] = (MetricKind.SuccessRate, MetricUnit.Share),
        ["sent_ratio"] = (MetricKind.SentRatio, MetricUnit.Share),
        ["rps"] = (MetricKind.Throughput, MetricUnit.Rate),
        ["offered"] = (MetricKind.Offered, MetricUnit.Count),
        ["sent"] = (MetricKind.Sent, MetricUnit.Count),
        ["completed"] = (MetricKind.Completed, MetricUnit.Count),
        ["failed"] = (MetricKind.Failed, MetricUnit.Count),
        ["late"] = (MetricKind.Late, MetricUnit.Count),
        ["unsent"] = (MetricKind.Unsent, MetricUnit.Count),
    };

    internal static ThresholdMetric? Find(string name)
    {
        if (Named.TryGetValue(name, out var named))
            return new ThresholdMetric(name, named.Kind, named.Unit);
        if (name is ['s', 't', 'a', 't', 'u', 's', '_', >= '1' and <= '5', 'x', 'x'])
            return new ThresholdMetric(name, MetricKind.StatusClass, MetricUnit.Share, name[7] - '0');
        return PercentileName().Match(name) is { Success: true } match
            && double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is var percentile and <= 100
                ? new ThresholdMetric(name, MetricKind.Percentile, MetricUnit.Duration, percentile)
                : null;
    }

    [GeneratedRegex(@"^p(\d{1,3}(?:\.\d{1,4})?)$")]
    private static partial Regex PercentileName();
}
