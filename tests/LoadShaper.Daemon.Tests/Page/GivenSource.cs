using LoadShaper.Daemon.Page;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.History;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Tests.Page;

/// <summary>Given figures, and how often they were asked for.</summary>
internal sealed class GivenSource : IPageSource
{
    public HealthSnapshot? Health { get; set; }

    public HistorySnapshot? History { get; set; }

    public int Asked { get; private set; }

    public static PageFacts Facts { get; } = new(
        "vm-1", new Shape("VM.Standard.E2.1.Micro", ShapeFamily.E2, true, "test", 2, ByteSize.FromMiB(1024), null, new Dictionary<string, string>(), []),
        new LoadShaperSettings(), new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));

    public Task<HealthSnapshot?> HealthAsync()
    {
        Asked++;
        return Task.FromResult(Health);
    }

    public Task<HistorySnapshot?> HistoryAsync(HistoryWanted wanted)
    {
        Asked++;
        return Task.FromResult(History is { } snapshot && snapshot.Key == wanted.Known ? snapshot with { Points = null } : History);
    }
}
