namespace LoadShaper.Domain.Metrics.Rows;

internal static class StorageRows
{
    public static readonly Metric[] All =
    [
        Metric.Counter("loadshaper_journal_events_total", "Events written to the journal.", m => m.State.ControllerCounts?.Events ?? 0),
        Metric.Counter("loadshaper_journal_write_failures_total", "Times the journal could not be written.", m => m.State.ControllerCounts?.WriteFailures ?? 0),
        Metric.Counter("loadshaper_journal_read_failures_total", "Times the journal could not be read at a start of the controller.", m => m.State.ControllerCounts?.ReadFailures ?? 0),
        Metric.Gauge("loadshaper_journal_size_bytes", "Size of the journal and its write-ahead log.", m => m.Storage?.JournalSize),
        Metric.Gauge("loadshaper_data_free_bytes", "Free space of PERSISTENCE_DIR.", m => m.Storage?.Free),
        Metric.Gauge("loadshaper_sample_timestamp_seconds", "The time of the last sample.", m => m.State.Sample?.At.ToUnixTimeMilliseconds() / 1000.0),
        Metric.Counter("loadshaper_samples_total", "Samples taken, one in each control period.", m => m.State.Counters?.Samples ?? 0),
        Metric.Counter("loadshaper_samples_impossible_total", "Samples with kernel counters that could not be true.", m => m.State.ImpossibleSamples),
    ];
}
