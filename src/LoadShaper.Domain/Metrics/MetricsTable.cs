using LoadShaper.Domain.Metrics.Rows;

namespace LoadShaper.Domain.Metrics;

/// <summary>
/// Every Prometheus metric, and the only place of names, types, texts and values. The exposition and docs/metrics.md are made
/// from it. A metric is added by one row.
/// </summary>
public static class MetricsTable
{
    /// <summary>The rows by the section of the documentation.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<Metric> Rows)> Sections { get; } =
    [
        ("Program and VM", ProgramRows.All),
        ("Verdict", VerdictRows.All),
        ("CPU", CpuMetricRows.All),
        ("Oracle's own readings", OracleMetricRows.All),
        ("Gate", GateMetricRows.All),
        ("Memory", MemoryMetricRows.All),
        ("Network", NetworkMetricRows.All),
        ("Storage", StorageRows.All),
        ("Health", HealthRows.All),
        ("HTTP server", HttpRows.All),
        ("Alerts", AlertMetricRows.All),
        ("Fleet", FleetMetricRows.All),
    ];

    public static IReadOnlyList<Metric> All { get; } = [.. Sections.SelectMany(section => section.Rows)];
}
