using LoadShaper.Domain.Control;
using LoadShaper.Domain.Health;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class HealthRows
{
    public static readonly Metric[] All =
    [
        Metric.State("loadshaper_health", "status", "The status of /health.", m => (HealthStatus?)m.Health.Status),
        new("loadshaper_problem", MetricType.Gauge, "1 while the check of /health fails.", ["check"], HealthChecks.Names,
            m => HealthChecks.Names.Union(Failed(m.Health))
                .Select(check => new MetricValue(Convert.ToDouble(Failed(m.Health).Contains(check)), check))),
        Metric.CounterBy("loadshaper_actor_restarts_total", "actor", ActorNames.All, "Failures of an actor after which it was started again.",
            (m, actor) => actor == ActorNames.Controller ? Restarts(m.State.ControllerCounts) : m.State.Counters?.Restarts[actor] ?? 0),
        Metric.Counter("loadshaper_log_lines_dropped_total", "Log lines that standard output did not take.", m => m.State.Host?.DroppedLogLines ?? 0),
    ];

    private static IEnumerable<string> Failed(HealthVerdict health) => health.Checks.Except(health.Notes).Where(check => check != HealthPolicy.AllOperational);

    private static long Restarts(ControllerCounts? counts) => Math.Max(0, (counts?.Starts ?? 0) - 1);
}
