using System.Globalization;

namespace LoadShaper.LoadTest.Thresholds;

/// <summary>A metric's value for people.</summary>
public static class MetricText
{
    public static string Format(ThresholdMetric metric, double? value) => value is not { } number ? "no data" : metric.Unit switch
    {
        MetricUnit.Duration => Latency(number * 1e6),
        MetricUnit.Share => Share(number),
        MetricUnit.Rate => number.ToString(number < 10 ? "0.##" : "#,0.#", CultureInfo.InvariantCulture) + "/s",
        _ => number.ToString("#,0", CultureInfo.InvariantCulture),
    };

    /// <summary>Three significant digits: "950 µs", "12.3 ms", "1.25 s".</summary>
    public static string Latency(double microseconds) => microseconds switch
    {
        double.NaN => "n/a",
        < 1_000 => Digits(microseconds) + " µs",
        < 999_500 => Digits(microseconds / 1e3) + " ms",
        _ => Digits(microseconds / 1e6) + " s",
    };

    public static string Share(double share) => (share * 100).ToString("0.###", CultureInfo.InvariantCulture) + " %";

    private static string Digits(double value) =>
        value.ToString(value switch { >= 99.95 => "0", >= 9.995 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
