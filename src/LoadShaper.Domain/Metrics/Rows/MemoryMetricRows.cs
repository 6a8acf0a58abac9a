using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class MemoryMetricRows
{
    public static readonly Metric[] All =
    [
        Metric.Gauge("loadshaper_memory_used_ratio", "Memory use now, without what can be reclaimed.", m => m.State.Sample?.Memory is { } memory ? MemoryUse.Of(memory).ExcludingCacheShare.Value / 100 : null),
        Metric.Gauge("loadshaper_memory_held_bytes", "Memory that LoadShaper holds.", m => m.State.Memory?.Held.Bytes),
        Metric.Gauge("loadshaper_memory_target_bytes", "Memory that LoadShaper holds once the target is met.", m => m.State.Memory?.Want.Bytes),
        Metric.CounterBy("loadshaper_memory_releases_total", "cause", SnakeCase.All<MemoryReleaseCause>(), "Releases of held memory by cause.",
            (m, cause) => m.State.Counters?.MemoryReleases[cause] ?? 0),
        Metric.Counter("loadshaper_memory_oom_kills_total", "Times the kernel's OOM killer ended the memory holder.",
            m => m.State.Counters?.MemoryReleases[SnakeCase.Of(MemoryReleaseCause.HolderOutOfMemory)] ?? 0),
    ];
}
