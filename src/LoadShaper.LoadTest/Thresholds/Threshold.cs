using System.Text.RegularExpressions;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.LoadTest.Thresholds;

/// <summary>Between the measured value and the threshold's.</summary>
public enum ThresholdOperator
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// <summary>A condition that a run has to meet: `[step:]metric op value [over 30s]`.</summary>
/// <param name="Text">As written.</param>
/// <param name="Step">Name of a step or phase; null for the whole run.</param>
/// <param name="Value">In the metric's unit: seconds, a share of 1, a rate a second or a count.</param>
/// <param name="Over">
/// The length of the window: every window of the run has to meet the condition. Null for the run as a whole.
/// </param>
public sealed partial record Threshold(
    string Text, string? Step, ThresholdMetric Metric, ThresholdOperator Operator, double Value, TimeSpan? Over)
{
    public const string Expected = "[step:]metric op value [over duration], such as p95<200ms, item:p99<=300ms or error_rate<1% over 30s";

    /// <summary>The metrics of k6 and what their aggregations mean here; k6's durations are numbers of milliseconds.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> K6 = new()
    {
        ["http_req_duration"] = new() { ["avg"] = "avg", ["min"] = "min", ["max"] = "max", ["med"] = "p50" },
        ["http_req_failed"] = new() { ["rate"] = "error_rate" },
        ["http_reqs"] = new() { ["rate"] = "rps", ["count"] = "completed" },
    };

    /// <summary>Reads one threshold; on failure <paramref name="problem"/> says what is wrong and what was expected.</summary>
    public static Threshold? Parse(string text, out string problem)
    {
        var match = Form().Match(text.Trim());
        if (!match.Success)
        {
            problem = $"threshold \"{text}\" was not understood; expected {Expected}";
            return null;
        }
        var step = match.Groups["step"].Success ? match.Groups["step"].Value.Trim() : null;
        var name = match.Groups["metric"].Value;
        var isK6 = false;
        if (step is not null && K6.TryGetValue(step, out var aggregations))
        {
            isK6 = true;
            var aggregation = K6Percentile().Match(name) is { Success: true } p ? step == "http_req_duration" ? "p" + p.Groups[1].Value : null
                : aggregations.GetValueOrDefault(name);
            if (aggregation is null)
            {
                var known = step == "http_req_duration" ? aggregations.Keys.Prepend("p(95)") : aggregations.Keys;
                problem = $"threshold \"{text}\": {step} has no aggregation \"{name}\"; expected {string.Join(", ", known)}";
                return null;
            }
            (step, name) = (null, aggregation);
        }
        if (ThresholdMetric.Find(name) is not { } metric)
        {
            problem = $"threshold \"{text}\": unknown metric \"{name}\"; expected {ThresholdMetric.Expected}";
            return null;
        }
        if (!TryValue(match.Groups["value"].Value, metric.Unit, isK6, out var value))
        {
            problem = $"threshold \"{text}\": \"{match.Groups["value"].Value}\" is not a value of {name}; expected {ValueExpected(metric.Unit, isK6)}";
            return null;
        }
        TimeSpan? over = null;
        if (match.Groups["over"].Success)
        {
            if (!Units.TryDuration(match.Groups["over"].Value, out var window) || window < TimeSpan.FromSeconds(1))
            {
                problem = $"threshold \"{text}\": \"{match.Groups["over"].Value}\" is not a window; expected a duration of at least 1s, such as 30s";
                return null;
            }
            if (metric.Kind == MetricKind.StatusClass)
            {
                problem = $"threshold \"{text}\": {name} is known for the whole run only; expected no window";
                return null;
            }
            over = window;
        }
        problem = "";
        return new Threshold(text.Trim(), step, metric, Operators[match.Groups["op"].Value], value, over);
    }

    /// <summary>Whether a measured value meets the condition.</summary>
    public bool IsMetBy(double measured) => Operator switch
    {
        ThresholdOperator.Less => measured < Value,
        ThresholdOperator.LessOrEqual => measured <= Value,
        ThresholdOperator.Greater => measured > Value,
        ThresholdOperator.GreaterOrEqual => measured >= Value,
        ThresholdOperator.Equal => measured == Value,
        _ => measured != Value,
    };

    private static readonly Dictionary<string, ThresholdOperator> Operators = new()
    {
        ["<"] = ThresholdOperator.Less,
        ["<="] = ThresholdOperator.LessOrEqual,
        [">"] = ThresholdOperator.Greater,
        [">="] = ThresholdOperator.GreaterOrEqual,
        ["=="] = ThresholdOperator.Equal,
        ["!="] = ThresholdOperator.NotEqual,
    };

    private static bool TryValue(string text, MetricUnit unit, bool isK6, out double value)
    {
        value = 0;
        switch (unit)
        {
            case MetricUnit.Duration when isK6 && Units.TryNumber(text, out var milliseconds):
                value = milliseconds / 1000;
                return true;
            case MetricUnit.Duration:
                var parsed = Units.TryDuration(text, out var duration);
                value = duration.TotalSeconds;
                return parsed;
            case MetricUnit.Share:
                return Units.TryShare(text, out value);
            case MetricUnit.Rate:
                return Units.TryRate(text, out value);
            default:
                return Units.TryNumber(text, out value);
        }
    }

    private static string ValueExpected(MetricUnit unit, bool isK6) => unit switch
    {
        MetricUnit.Duration => isK6 ? "a number of milliseconds" : Units.DurationExpected,
        MetricUnit.Share => Units.ShareExpected,
        MetricUnit.Rate => Units.RateExpected,
        _ => "a number",
    };

    // The metric is the last part before the operator, so that a step's name may hold a colon.
    [GeneratedRegex(@"^(?:(?<step>[^<>=!]+):)?\s*(?<metric>[^\s:<>=!]+)\s*(?<op><=|>=|==|!=|<|>)\s*(?<value>[^\s<>=!]+)(?:\s+over\s+(?<over>\S+))?$")]
    private static partial Regex Form();

    [GeneratedRegex(@"^p\((\d{1,3}(?:\.\d{1,4})?)\)$")]
    private static partial Regex K6Percentile();
}
