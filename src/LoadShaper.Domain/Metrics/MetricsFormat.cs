using System.Globalization;

namespace LoadShaper.Domain.Metrics;

/// <summary>What /metrics answers with.</summary>
public enum MetricsFormat
{
    /// <summary>The specification's JSON.</summary>
    Json,

    /// <summary><see cref="PrometheusText"/>.</summary>
    Prometheus,
}

/// <summary>Chooses the format of /metrics by the request's Accept header (RFC 9110, 12.5.1).</summary>
public static class MetricsFormatPolicy
{
    /// <summary>
    /// Prometheus for a client that names `text/plain` or OpenMetrics and does not prefer JSON; JSON for all others. Wildcards do
    /// not count: `*/*` is what curl sends.
    /// </summary>
    public static MetricsFormat Decide(string? accept)
    {
        var (best, format) = (0.0, MetricsFormat.Json);
        foreach (var range in (accept ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            MetricsFormat? named = parts[0].ToLowerInvariant() switch
            {
                "text/plain" or "application/openmetrics-text" => MetricsFormat.Prometheus,
                "application/json" => MetricsFormat.Json,
                _ => null,
            };
            // Of equal weights the first counts.
            if (named is { } known && Weight(parts) is var weight && weight > best)
                (best, format) = (weight, known);
        }
        return format;
    }

    private static double Weight(string[] parts)
    {
        foreach (var part in parts.Skip(1))
            if (part.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
                return double.TryParse(part.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) ? weight : 0;
        return 1;
    }
}
