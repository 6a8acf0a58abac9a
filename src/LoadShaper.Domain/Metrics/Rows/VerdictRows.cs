using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class VerdictRows
{
    private static readonly string[] Grids = ["1m", "5m", "1h", "1d"];

    public static readonly Metric[] All =
    [
        Metric.State("loadshaper_verdict", "verdict", "Whether the VM is idle by Oracle's rule; unknown until seven days were seen.",
            m => (VerdictKind?)(m.State.Controller?.Verdict?.Kind ?? VerdictKind.Unknown)),
        Metric.Gauge("loadshaper_verdict_margin_ratio", "Distance of the best metric from the threshold; negative when none reaches it.", m => m.State.Controller?.Verdict?.Margin / 100),
        Metric.Gauge("loadshaper_verdict_turns_timestamp_seconds", "When the verdict would turn to at risk if LoadShaper stopped now and no other load came; NaN when no metric reaches the threshold.",
            m => m.State.Controller?.Verdict?.TurnsAt?.ToUnixTimeSeconds()),
        Metric.Gauge("loadshaper_needed_seconds", "Time at or above the threshold that the seven-day window still lacks, unseen minutes taken for idle.", m => m.State.Controller?.Verdict?.MinutesNeeded * 60.0),
        Metric.Gauge("loadshaper_window_seen_seconds", "How much of the seven-day window was seen.", m => m.State.Controller?.SeenMinutes * 60.0),
        Metric.GaugeBy("loadshaper_idle_threshold_ratio", "resource", ["cpu", "memory", "network"], "Threshold of the idle rule; NaN for memory on E2 shapes, where it does not count.",
            (m, resource) => resource == "memory" && m.Program.Family != ShapeFamily.A1 ? null : m.Settings.Cpu.Rule.Threshold / 100),
        Metric.Gauge("loadshaper_cpu_reserve_seconds", "How long, at least, the CPU readings on 1m, 5m and 1h hold if LoadShaper stops now, unseen minutes taken for idle; 0 while they do not hold.",
            m => m.State.Controller is { Verdict: not null } controller ? 3600 * (controller.ReserveHours ?? 0) : null),
        Metric.GaugeBy("loadshaper_cpu_p95_ratio", "grid", Grids, "Seven-day 95th percentile of CPU use on each grid; 1d is the worst UTC day. Unseen minutes are left out.",
            (m, grid) => Figure(m.State.Controller?.Readings, grid)),
        Metric.GaugeBy("loadshaper_cpu_p95_without_steal_ratio", "grid", Grids, "The same of CPU use without steal.", (m, grid) => Figure(m.State.Controller?.WithoutSteal, grid)),
        Metric.GaugeBy("loadshaper_cpu_p95_pessimistic_ratio", "grid", Grids, "The same with unseen minutes taken for idle; the control law keeps this one.", (m, grid) => Figure(m.State.Controller?.Pessimistic, grid)),
        Metric.Gauge("loadshaper_memory_utilization_ratio", "Seven-day mean of memory use as the verdict reads it; NaN on E2 shapes.", m => m.State.Controller?.Verdict?.Memory / 100),
        Metric.Gauge("loadshaper_network_utilization_ratio", "Seven-day mean of network use as the verdict reads it.", m => m.State.Controller?.Verdict?.Network / 100),
    ];

    private static double? Figure(CpuFigures? figures, string grid) => grid switch
    {
        "1m" => figures?.Minute / 100,
        "5m" => figures?.FiveMinutes / 100,
        "1h" => figures?.Hour / 100,
        _ => figures?.Day / 100,
    };
}
