using LoadShaper.Domain.Admission;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class HttpRows
{
    public static readonly Metric[] All =
    [
        Metric.CounterBy("loadshaper_http_requests_total", "result", ["answered", "throttled", "overloaded", "refused"], "HTTP requests: answered, 429, 503 for memory or CPU, and refused for method, body or Host header.",
            (m, result) => m.State.Http is not { } http ? 0 : result switch { "answered" => http.Answered, "throttled" => http.Throttled, "overloaded" => http.Overloaded, _ => http.Refused }),
        Metric.Counter("loadshaper_http_requests_held_total", "HTTP requests that waited for room.", m => m.State.Http?.Held ?? 0),
        Metric.Gauge("loadshaper_http_requests_in_flight", "HTTP requests that are being answered.", m => m.State.Http?.Use.InFlight),
        Metric.Gauge("loadshaper_http_requests_in_flight_max", "The most HTTP requests that were answered at the same time.", m => m.State.Http?.MostInFlight),
        Metric.GaugeBy("loadshaper_http_limit_used_ratio", "resource", SnakeCase.All<LimitedResource>(), "Use of the daemon against the limits of HEALTH_MAX_*; above 1 requests are refused.", Used),
    ];

    private static double? Used(MetricsInput input, string resource)
    {
        var limited = Enum.GetValues<LimitedResource>().First(value => SnakeCase.Of(value) == resource);
        return input.State.Http is { } http ? http.Use.Of(limited) / ResourceUse.LimitOf(http.Limits, limited) : null;
    }
}
