using LoadShaper.Domain.Oracle;

namespace LoadShaper.Domain.Metrics.Rows;

/// <summary>Oracle's own readings; NaN while OCI_MONITORING is off.</summary>
internal static class OracleMetricRows
{
    private static readonly string[] Grids = ["1m", "5m", "1h", "1d"];

    public static readonly Metric[] All =
    [
        Metric.State("loadshaper_oci_verdict", "verdict", "The verdict by Oracle's own readings.", m => m.State.Oracle?.View?.Verdict),
        Metric.Gauge("loadshaper_oci_verdict_differs", "1 while that verdict differs from LoadShaper's, 0 while both agree; unknown when one is not known or Oracle's readings are older than three hours.",
            m => m.State.Comparison is { } comparison && OraclePolicy.Differ(comparison) is { } differs ? Convert.ToDouble(differs) : null),
        Metric.GaugeBy("loadshaper_oci_cpu_p95_ratio", "grid", Grids, "Seven-day 95th percentile of CPU use from Oracle's minutes, on each grid; 1d is the worst UTC day.", (m, grid) => m.State.Oracle?.View?.Cpu is not { } cpu ? null : grid switch
        {
            "1m" => cpu.Minute,
            "5m" => cpu.FiveMinutes,
            "1h" => cpu.Hour,
            _ => cpu.Day,
        } / 100),
        Metric.Gauge("loadshaper_oci_cpu_p95_hypervisor_ratio", "The same on 1m from the hypervisor's metric, which does not see steal.", m => m.State.Oracle?.View?.HypervisorCpu / 100),
        Metric.Gauge("loadshaper_oci_memory_ratio", "Mean memory use over the window from Oracle's minutes.", m => m.State.Oracle?.View?.Memory / 100),
        Metric.Gauge("loadshaper_oci_network_ratio", "Mean network use over the window from Oracle's minutes, of the link.", m => m.State.Oracle?.View?.Network / 100),
        Metric.Gauge("loadshaper_oci_datapoints", "CPU minutes of the window that Oracle has.", m => m.State.Oracle?.View?.Points),
        Metric.Gauge("loadshaper_oci_filled_in_datapoints", "Minutes of the window that LoadShaper did not see and takes from Oracle's readings.", m => m.State.Oracle?.FilledIn),
        Metric.Gauge("loadshaper_oci_newest_timestamp_seconds", "End of Oracle's newest CPU minute.", m => m.State.Oracle?.View?.Newest?.ToUnixTimeMilliseconds() / 1000.0),
        Metric.Gauge("loadshaper_oci_last_success_timestamp_seconds", "When Oracle last answered; 0 before the first answer, NaN while OCI_MONITORING is off.",
            m => m.Settings.Oracle.Monitoring == OracleMonitoring.Off ? null : m.State.Oracle?.LastSuccess?.ToUnixTimeMilliseconds() / 1000.0 ?? 0),
        Metric.CounterBy("loadshaper_oci_requests_total", "result", ["success", "failure"], "Attempts to read OCI Monitoring.",
            (m, result) => (result == "success" ? m.State.Oracle?.Succeeded : m.State.Oracle?.Failed) ?? 0),
    ];
}
