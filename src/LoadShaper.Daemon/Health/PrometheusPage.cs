using LoadShaper.Domain.Health;
using LoadShaper.Domain.Metrics;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Health;

/// <summary>GET /metrics for Prometheus; written on the thread of the request, not on that of an actor.</summary>
internal sealed class PrometheusPage(LoadShaperSettings settings, ProgramFacts program, StorageReader storage)
{
    private readonly ProcessReader _process = new();

    public Task<StorageReading?> ReadStorageAsync() => storage.ReadAsync();

    public byte[] Write(HealthSnapshot reports, StorageReading? stored) => PrometheusText.Write(
        MetricsTable.All,
        new MetricsInput(
            reports.State, reports.Verdict, settings, program,
            _process.Read(), stored));
}
