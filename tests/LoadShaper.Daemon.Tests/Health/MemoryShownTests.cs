using System.Text.Json;
using LoadShaper.Daemon.Health;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health;

/// <summary>What telemetry, /health and /metrics tell of memory.</summary>
public sealed class MemoryShownTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    // 4 of 10 GiB free, 2 more in cache.
    private static readonly MemoryReading Reading = new(MiB(10_000), MiB(4_000), MiB(6_000), ByteSize.Zero, MiB(2_000), ByteSize.Zero, ByteSize.Zero);

    private static readonly LoadShaperSettings Settings = new() { Memory = new MemorySettings { Target = Percent.Of(40) } };

    [Fact]
    public void While_no_memory_is_held_the_line_has_the_specified_figures_alone() =>
        Assert.Equal(["mem(excl-cache) now=40.0% avg=40.0%"], Parts(Settings, Status() with { Phase = MemoryPhase.Off, LastRelease = null }));

    [Fact]
    public void The_line_shows_target_held_resident_reserve_and_the_last_release() =>
        Assert.Equal(
            ["mem(excl-cache) now=40.0% avg=40.0% target=40.0% held=2000MiB resident=1998MiB reserve=512MiB released=2026-11-02T11:58:00Z(Reserve)"],
            Parts(Settings, Status()));

    [Fact]
    public void DEBUG_MEM_METRICS_shows_the_figure_with_cache_too()
    {
        var both = Settings with { Memory = Settings.Memory with { ShowBothFigures = true } };

        Assert.Equal(
            ["mem(excl-cache) now=40.0% avg=40.0% p95=38.7% [incl-cache=60.0%]"],
            Parts(both, null, new StoreStatus("metrics.db", 1, null, ByteSize.Zero, MemoryP95: 38.7, null, null, null)));
    }

    [Fact]
    public void Health_and_metrics_report_the_same()
    {
        var state = State(Status());

        foreach (var page in new[]
        {
            HealthPage.Write(state, Settings, HealthPolicy.Decide(state, TimeSpan.FromSeconds(5), default), Noon, default),
            MetricsPage.Write(state, Settings, Noon),
        })
        {
            using var json = JsonDocument.Parse(page);
            Assert.Equal(
                """{"phase":"limited","limited_by":"cgroup","target_percent":40,"used_lowest_percent":40,"want_mb":3000,"held_mb":2000,"resident_mb":1998,"reserve_mb":512,"holder":"process","last_release":"2026-11-02T11:58:00Z","last_release_cause":"reserve","last_release_mb":300,"no_growth_before":"2026-11-02T12:01:00Z"}""",
                JsonSerializer.Serialize(json.RootElement.GetProperty("memory")));
        }
    }

    private static ByteSize MiB(double mib) => ByteSize.FromMiB(mib);

    private static MemoryStatus Status()
    {
        var input = new MemoryInput(
            Noon.AddMinutes(-2), Reading, TimeSpan.Zero, null, null, null, MiB(2_300), MiB(2_300), GatePosition.Open, Wanted: true);
        var release = new MemoryReleased(input, MemoryReleaseCause.Reserve, MiB(300), 1, Noon.AddMinutes(1));
        return new MemoryStatus(
            Noon, MemoryPhase.Limited, MemoryLimit.Cgroup, Settings.Memory.Target, MemoryUse.Of(Reading), MiB(3_000), MiB(2_000), MiB(1_998),
            MiB(512), Huge: true, MemoryHolder.Process, HolderPid: 4711, release, release.NoGrowthBefore, Trouble: null);
    }

    private static HealthState State(MemoryStatus? memory, StoreStatus? store = null) =>
        new HealthState(Store: store, Memory: memory).Apply(
            new Sample(Noon, TimeSpan.FromSeconds(5), CpuCount: 2, Cpu: null, Reading, Network: null, Load: null), TimeSpan.FromMinutes(5), default);

    private static IEnumerable<string> Parts(LoadShaperSettings settings, MemoryStatus? memory, StoreStatus? store = null) =>
        TelemetryLine.Of(State(memory, store), settings).ToString().Split(" | ").Where(part => part.StartsWith("mem(", StringComparison.Ordinal));
}
