using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Metrics;

/// <summary>How Prometheus treats a metric.</summary>
public enum MetricType
{
    /// <summary>Can go up and down.</summary>
    Gauge,

    /// <summary>Only rises, and begins again at 0 after a restart.</summary>
    Counter,
}

/// <summary>One series of a metric.</summary>
/// <param name="Labels">The values of the metric's labels, in their order.</param>
/// <param name="Value">Null while it is unknown; written as NaN.</param>
public readonly record struct MetricValue(double? Value, params IReadOnlyList<string> Labels);

/// <summary>One row of the metrics table.</summary>
/// <param name="Name">By Prometheus' conventions: base units, ratios 0 to 1, counters end with `_total`.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Labels">The names of the labels; empty for a single series.</param>
/// <param name="LabelValues">For the documentation: the values of the label; empty where they depend on the machine.</param>
/// <param name="Read">Every series, from the last reports.</param>
public sealed record Metric(
    string Name, MetricType Type, string Help, IReadOnlyList<string> Labels, IReadOnlyList<string> LabelValues, Func<MetricsInput, IEnumerable<MetricValue>> Read)
{
    public static Metric Gauge(string name, string help, Func<MetricsInput, double?> value) => Single(name, MetricType.Gauge, help, value);

    public static Metric Counter(string name, string help, Func<MetricsInput, double?> value) => Single(name, MetricType.Counter, help, value);

    /// <summary>A gauge with one series for each of the given values of a label.</summary>
    public static Metric GaugeBy(string name, string label, IReadOnlyList<string> values, string help, Func<MetricsInput, string, double?> value) =>
        By(name, MetricType.Gauge, label, values, help, value);

    /// <summary>A counter with one series for each of the given values of a label.</summary>
    public static Metric CounterBy(string name, string label, IReadOnlyList<string> values, string help, Func<MetricsInput, string, double?> value) =>
        By(name, MetricType.Counter, label, values, help, value);

    /// <summary>An enumeration: 1 for the value that is in force, 0 for the others; all 0 while it is unknown.</summary>
    public static Metric State<T>(string name, string label, string help, Func<MetricsInput, T?> current)
        where T : struct, Enum
    {
        var values = SnakeCase.All<T>();
        return By(name, MetricType.Gauge, label, values, help, (input, value) => Convert.ToDouble(current(input) is { } now && SnakeCase.Of(now) == value));
    }

    /// <summary>One series for each item of a list that depends on the machine or the settings.</summary>
    public static Metric GaugeOf(string name, string label, string help, Func<MetricsInput, IEnumerable<(string Label, double? Value)>> series) =>
        new(name, MetricType.Gauge, help, [label], [], input => series(input).Select(item => new MetricValue(item.Value, item.Label)));

    /// <summary>Texts as labels of a series that is always 1.</summary>
    public static Metric Info(string name, string help, params (string Label, Func<MetricsInput, string> Value)[] texts) =>
        new(name, MetricType.Gauge, help, [.. texts.Select(t => t.Label)], [], input => [new MetricValue(1, [.. texts.Select(t => t.Value(input))])]);

    private static Metric Single(string name, MetricType type, string help, Func<MetricsInput, double?> value) =>
        new(name, type, help, [], [], input => [new MetricValue(value(input))]);

    private static Metric By(string name, MetricType type, string label, IReadOnlyList<string> values, string help, Func<MetricsInput, string, double?> value) =>
        new(name, type, help, [label], values, input => values.Select(text => new MetricValue(value(input, text), text)));

    /// <summary>The unit, from the name.</summary>
    public string Unit =>
        Is("_timestamp_seconds") || Name.EndsWith("_start_time_seconds", StringComparison.Ordinal) ? "seconds since 1970"
        : Is("_seconds") ? "seconds"
        : Is("_bytes") ? "bytes"
        : Is("_ratio") ? "0 to 1"
        : "";

    private bool Is(string suffix) =>
        Name.EndsWith(suffix, StringComparison.Ordinal) || Name.EndsWith(suffix + "_total", StringComparison.Ordinal);
}
