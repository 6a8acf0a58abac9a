using System.Text;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Metrics;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Domain.Tests.Metrics;

/// <summary>What Prometheus would read of a state.</summary>
internal static class Scrape
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static MetricsInput Input(HealthState state, LoadShaperSettings? settings = null, HealthVerdict? health = null, ShapeFamily family = ShapeFamily.E2) => new(
        state,
        health ?? HealthPolicy.Decide(state, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
        settings ?? new LoadShaperSettings(),
        new ProgramFacts("1.2.3", "Akka.NET 1.5.73", Noon, "VM.Standard.E2.1.Micro", family),
        new ProcessReading(TimeSpan.FromSeconds(12.5), 70_000_000, OpenFiles: 120, MaxFiles: 1_024, Threads: null),
        new StorageReading(4096, 1_000_000_000));

    public static string Text(MetricsInput input) => Encoding.UTF8.GetString(PrometheusText.Write(MetricsTable.All, input));

    /// <summary>Every series with its value, by name and labels.</summary>
    public static Dictionary<string, string> Series(MetricsInput input) => Text(input).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith('#'))
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => line[(line.LastIndexOf(' ') + 1)..]);
}
