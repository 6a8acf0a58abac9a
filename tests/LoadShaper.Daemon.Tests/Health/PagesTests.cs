using System.Text.Json;
using LoadShaper.Daemon.Health;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health;

/// <summary>The figures of the pages and of the telemetry line, in the units of the specification's own example.</summary>
public sealed class PagesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly LoadShaperSettings Settings = new();

    [Fact]
    public void Metrics_give_percentages_duty_Mbit_and_load_per_core()
    {
        var current = Metrics(Seen()).GetProperty("current");

        Assert.Equal(
            """{"cpu_percent":45.2,"cpu_avg":45.2,"cpu_own":20.5,"cpu_steal":1.25,"memory_percent":25,"memory_avg":25,"network_percent":12.5,"network_avg":12.5,"load_average":0.42,"duty_cycle":0.65,"network_rate_mbit":15.2,"paused":false}""",
            Compact(current));
    }

    [Fact]
    public void The_load_of_the_page_is_the_average_that_the_line_shows()
    {
        var state = Seen().Apply(Sample(load: 2 * 0.92), TimeSpan.FromSeconds(5 / Math.Log(2)), Hour);

        Assert.Contains(" | load now=0.92 avg=0.67 | ", TelemetryLine.Of(state, Settings).ToString(), StringComparison.Ordinal);
        Assert.Equal(0.67, Metrics(state).GetProperty("current").GetProperty("load_average").GetDouble());
    }

    [Fact]
    public void Percentiles_are_those_of_the_controller_and_the_store()
    {
        Assert.Equal(
            """{"cpu_p95":48.3,"memory_p95":52.1,"network_p95":14.8,"load_p95":0.35,"sample_count_7d":120960}""",
            Compact(Metrics(Seen()).GetProperty("percentiles_7d")));
    }

    [Fact]
    public void Health_gives_MiB_a_time_in_UTC_and_seconds()
    {
        var state = Seen();
        var health = Parse(HealthPage.Write(state, Settings, HealthPolicy.Decide(state, Settings.Sampling.ControlPeriod, Hour), Noon, Hour));

        Assert.Equal("""{"disk_usage_mb":45.2,"oldest_sample":"2026-11-14T12:00:00Z","sample_count":120960}""", Compact(health.GetProperty("storage_status")));
        Assert.Equal(3600, health.GetProperty("uptime_seconds").GetDouble());
        Assert.Equal(Noon.ToUnixTimeSeconds(), health.GetProperty("timestamp").GetDouble());
        Assert.Equal("""["all_systems_operational"]""", Compact(health.GetProperty("checks")));
        Assert.Equal("/var/lib/loadshaper/metrics.db", health.GetProperty("database_path").GetString());
    }

    [Fact]
    public void Before_anyone_has_spoken_every_number_that_is_not_a_setting_is_null()
    {
        var state = new HealthState();
        var metrics = Metrics(state);

        foreach (var group in new[] { "current", "percentiles_7d" })
            Assert.All(metrics.GetProperty(group).EnumerateObject().Where(field => field.Name != "paused"), field => Assert.Equal(JsonValueKind.Null, field.Value.ValueKind));
        Assert.Equal(JsonValueKind.Null, metrics.GetProperty("configuration").GetProperty("worker_count").ValueKind);
        Assert.Equal(JsonValueKind.Null, metrics.GetProperty("p95_controller").GetProperty("exceedance_pct").ValueKind);
        Assert.Equal(
            "[loadshaper] cpu now=n/a avg=n/a p95=n/a own=n/a | mem(excl-cache) now=n/a avg=n/a | nic(eth0) now=n/a avg=n/a | load now=n/a avg=n/a | controller=starting | samples_7d=n/a",
            TelemetryLine.Of(state, Settings).ToString());
    }

    [Fact]
    public void A_reading_that_is_missing_is_null_and_not_the_one_before_it()
    {
        var state = Seen().Apply(new Sample(Noon, TimeSpan.FromSeconds(5), 2, null, null, null, null), Settings.Sampling.AverageWindow, Hour);
        var current = Metrics(state).GetProperty("current");

        foreach (var name in new[] { "cpu_percent", "memory_percent", "network_percent" })
            Assert.Equal(JsonValueKind.Null, current.GetProperty(name).ValueKind);
        Assert.Contains(" | nic(eth0) now=n/a avg=12.50% | ", TelemetryLine.Of(state, Settings).ToString(), StringComparison.Ordinal);
        Assert.Equal("eth0", Metrics(state).GetProperty("network").GetProperty("interface").GetString());
    }

    [Fact]
    public void The_telemetry_line_is_that_of_the_specification()
    {
        Assert.Equal(
            "[loadshaper] cpu now=45.2% avg=45.2% p95=48.3% own=20.5% | mem(excl-cache) now=25.0% avg=25.0% | nic(eth0) now=12.50% avg=12.50% | load now=0.42 avg=0.42 | state=MAINTAINING slot=High target=25.0% exceedance=6.5% | verdict=UNKNOWN | samples_7d=120960",
            TelemetryLine.Of(Seen(), Settings).ToString());
        Assert.Contains(
            "mem(excl-cache) now=25.0% avg=25.0% p95=52.1% [incl-cache=78.0%]",
            TelemetryLine.Of(Seen(), Settings with { Memory = Settings.Memory with { ShowBothFigures = true } }).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_stuck_signal_is_a_problem_with_its_fix_and_the_outlook_of_the_verdict()
    {
        var input = new GateInput(Noon, Percent.Of(2), null, Percent.Of(99), 0.1, Percent.Of(40), null);
        var seen = Seen();
        var verdict = new Verdict(VerdictKind.Safe, IdleMetric.Cpu, 4, 24, 24, null, null, TimeSpan.Zero, 0, Noon.AddHours(30));
        var state = seen with { Controller = seen.Controller! with { Verdict = verdict, Stuck = new StuckSignal(GateCauses.MemoryPressure, 1.2 * Hour, input) } };
        var health = Parse(HealthPage.Write(state, Settings, HealthPolicy.Decide(state, Settings.Sampling.ControlPeriod, Hour), Noon, Hour));

        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.StartsWith("memory pressure (99 % of time stalled) has kept the gate closed for 1.2 h", health.GetProperty("problems").GetProperty("gate").GetString(), StringComparison.Ordinal);
        Assert.Equal("falling", health.GetProperty("verdict").GetProperty("outlook").GetString());
        Assert.Contains(" turns=2026-11-22T18:00Z outlook=falling(memory_pressure)", TelemetryLine.Of(state, Settings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_about_politeness_is_a_problem_with_its_fix_and_never_beside_all_systems_operational()
    {
        var state = Seen() with
        {
            Politeness = new PolitenessReport(
                PolitenessVerdict.Impolite,
                [new(PolitenessSubject.Rank, "group /system.slice has weight 100", "set Slice="), new(PolitenessSubject.CpuLimit, "0.2 CPUs", "remove it")], false),
        };
        var health = Parse(HealthPage.Write(state, Settings, HealthPolicy.Decide(state, Settings.Sampling.ControlPeriod, Hour), Noon, Hour));

        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Equal("""["impolite","cpu_limit_below_target"]""", Compact(health.GetProperty("checks")));
        Assert.Equal(
            "group /system.slice has weight 100; set Slice= | 0.2 CPUs; remove it",
            health.GetProperty("problems").GetProperty("politeness").GetString());
        Assert.Equal("impolite", health.GetProperty("politeness").GetProperty("verdict").GetString());
        Assert.Equal(2, health.GetProperty("politeness").GetProperty("findings").GetArrayLength());
    }

    [Fact]
    public void Impossible_counters_and_dropped_lines_are_counted_in_metrics()
    {
        var state = Seen().Apply(Sample(1) with { Impossible = ImpossibleCounters.Steal }, Settings.Sampling.AverageWindow, Hour)
            with { Host = new HostStatus(DroppedLogLines: 7) };

        Assert.Equal("""{"impossible_counter_samples":1,"dropped_log_lines":7}""", Compact(Metrics(state).GetProperty("process")));
    }

    private static HealthState Seen() => new HealthState(
        Store: new StoreStatus("/var/lib/loadshaper/metrics.db", 120_960, Noon.AddDays(-7), ByteSize.FromMiB(45.2), 52.1, 14.8, 0.35, null),
        Controller: new ControllerStatus(
            Noon, CpuStrategy.Slots, ControllerState.Maintaining, SlotKind.High, 6.5, new CpuPlan(Percent.Of(25), Noon.AddMinutes(1)), null,
            new CpuFigures(48.3, 48, 47, 46), default, default, 10_080, null, default, null, null),
        Burn: new BurnReport(
            Noon, Percent.Of(25), Percent.Of(20), default,
            [Core(0, 0.6), Core(1, 0.7)], TimeSpan.Zero),
        Network: new NetworkStatus(Noon, FallbackPhase.Active, BitRate.FromMbit(15), BitRate.FromMbit(15.2), ByteSize.Zero, []))
        .Apply(Sample(load: 2 * 0.42), Settings.Sampling.AverageWindow, Hour) with { DecidedAt = Hour };

    private static CoreBurn Core(int cpu, double duty) => new(cpu, 100 + cpu, DutyCycle.Of(duty), default, default, default);

    // Two cores, and a link of 1 Gbit.
    private static Sample Sample(double load) => new(
        Noon, TimeSpan.FromSeconds(5), 2,
        new CpuReading(Percent.Of(45.2), Percent.Of(43.95), Percent.Of(1.25), Percent.Of(20.5), Percent.Of(20)),
        new MemoryReading(ByteSize.FromMiB(1000), ByteSize.FromMiB(220), ByteSize.FromMiB(750), default, ByteSize.FromMiB(560), default, default),
        new NetworkReading("eth0", BitRate.FromMbit(3), BitRate.FromMbit(125), BitRate.FromMbit(1000)),
        new LoadReading(load, load, load, 0));

    private static JsonElement Metrics(HealthState state) => Parse(MetricsPage.Write(state, Settings, Noon));

    private static JsonElement Parse(byte[] page) => JsonDocument.Parse(page).RootElement;

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
