using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class GateMetricRows
{
    public static readonly Metric[] All =
    [
        Metric.Gauge("loadshaper_gate_open", "1 while the gate is open; 0 while it is held or closed.",
            m => m.State.Controller?.Gate is { } gate ? Convert.ToDouble(gate.Position == GatePosition.Open) : null),
        Metric.State("loadshaper_gate_position", "position", "The position of the gate: closed is no load, held by the load average is the minimum safe load.", m => m.State.Controller?.Gate?.Position),
        Metric.CounterBy("loadshaper_gate_closed_seconds_total", "cause", HealthCounters.CauseNames, "Time with the gate closed, by cause. Causes at the same time share it equally: the sum is the time it was closed.",
            (m, cause) => m.State.Counters?.GateClosed[cause] ?? 0),
        Metric.Counter("loadshaper_gate_held_seconds_total", "Time in which the load average alone held the gate.", m => m.State.Counters?.GateHeld.TotalSeconds ?? 0),
        Metric.State("loadshaper_politeness", "verdict", "Whether the kernel prefers other processes, as checked at the start.", m => m.State.Politeness?.Verdict),
    ];
}
