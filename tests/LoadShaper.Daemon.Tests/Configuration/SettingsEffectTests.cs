using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>A variable that is set arrives in the field that the actors read, in its unit.</summary>
public sealed class SettingsEffectTests
{
    private static readonly (string Set, Func<LoadShaperSettings, object?> Field, object Expected)[] Rows =
    [
        ("CPU_P95_STRATEGY=blocks", s => s.Cpu.Strategy, CpuStrategy.Blocks),
        ("CPU_P95_TARGET_MIN=21", s => s.Cpu.TargetMin, Percent.Of(21)),
        ("CPU_P95_TARGET_MAX=29.5", s => s.Cpu.TargetMax, Percent.Of(29.5)),
        ("CPU_P95_SETPOINT=23.5", s => s.Cpu.SetPoint, Percent.Of(23.5)),
        ("CPU_P95_EXCEEDANCE_TARGET=7", s => s.Cpu.ExceedanceTarget, Percent.Of(7)),
        ("CPU_P95_SLOT_DURATION_SEC=120", s => s.Cpu.SlotDuration, TimeSpan.FromMinutes(2)),
        ("CPU_P95_HIGH_INTENSITY=40", s => s.Cpu.HighIntensity, Percent.Of(40)),
        ("CPU_P95_BASELINE_INTENSITY=1", s => s.Cpu.BaselineIntensity, Percent.Of(1)),
        ("CPU_P95_RESERVE_HOURS=96", s => s.Cpu.ReserveHours, 96),
        ("CPU_P95_RING_BUFFER_BATCH_SIZE=20", s => s.Cpu.SlotsBetweenSnapshots, 20),
        ("CPU_STOP_PCT=50", s => s.Gate.CpuStop, Percent.Of(50)),
        ("MEM_STOP_PCT=80", s => (s.Memory.Stop, s.Gate.MemoryStop), (Percent.Of(80), Percent.Of(80))),
        ("NET_STOP_PCT=40", s => (s.Network.Stop, s.Gate.NetworkStop), (Percent.Of(40), Percent.Of(40))),
        ("HYSTERESIS_PCT=2", s => (s.Gate.HysteresisPoints, s.Memory.HysteresisPoints), (2.0, 2.0)),
        ("PROTECT_WITH=both", s => s.Protect, ProtectWith.Both),
        ("LOAD_CHECK_ENABLED=no", s => s.Gate.LoadCheck, false),
        ("LOAD_THRESHOLD=1", s => s.Gate.LoadThreshold, 1.0),
        ("LOAD_RESUME_THRESHOLD=0.2", s => s.Gate.LoadResume, 0.2),
        ("CONTROL_PERIOD_SEC=2.5", s => s.Sampling.ControlPeriod, TimeSpan.FromSeconds(2.5)),
        ("AVG_WINDOW_SEC=600", s => s.Sampling.AverageWindow, TimeSpan.FromMinutes(10)),
        ("JITTER_PCT=0", s => s.Sampling.JitterPercent, 0.0),
        ("JITTER_PERIOD_SEC=10", s => s.Sampling.JitterPeriod, TimeSpan.FromSeconds(10)),
        ("MEM_TARGET_PCT=30", s => s.Memory.Target, Percent.Of(30)),
        ("MEM_MIN_FREE_MB=1024", s => s.Memory.Reserve, ByteSize.FromMiB(1024)),
        ("MEM_STEP_MB=256", s => s.Memory.Step, ByteSize.FromMiB(256)),
        ("MEM_TOUCH_INTERVAL_SEC=0.5", s => s.Memory.TouchInterval, TimeSpan.FromSeconds(0.5)),
        ("DEBUG_MEM_METRICS=true", s => s.Memory.ShowBothFigures, true),
        ("NET_MODE=off", s => s.Network.Mode, NetworkMode.Off),
        ("NET_PROTOCOL=tcp", s => s.Network.Protocol, NetworkProtocol.Tcp),
        ("NET_PEERS=10.0.0.2, peer.internal:9000 ,[fd00::1]:15202", s => string.Join(' ', s.Network.Peers), "10.0.0.2 peer.internal:9000 [fd00::1]:15202"),
        ("NET_KEY=a-secret-of-all-machines", s => s.Network.Key is not null, true),
        ("NET_MONTHLY_BUDGET_GB=250", s => s.Network.Budget.Monthly, ByteSize.FromBytes(250 * BudgetSettings.Gigabyte)),
        ("NET_BUDGET_VMS=4", s => s.Network.Budget.Vms, 4),
        ("NET_BUDGET_COUNTS=external", s => s.Network.Budget.Counts, BudgetScope.External),
        ("NET_PORT=15300", s => s.Network.Port, 15300),
        ("NET_IPV6=off", s => s.Network.Ipv6, Ipv6Use.Never),
        ("NET_TTL=64", s => s.Network.Ttl, 64),
        ("NET_PACKET_SIZE=1400", s => s.Network.PacketSize, ByteSize.FromBytes(1400)),
        ("NET_TARGET_PCT=25", s => s.Network.Target, Percent.Of(25)),
        ("NET_LINK_MBIT=50", s => s.Network.Link, BitRate.FromMbit(50)),
        ("NET_MIN_RATE_MBIT=0.5", s => s.Network.MinRate, BitRate.FromMbit(0.5)),
        ("NET_MAX_RATE_MBIT=40", s => s.Network.MaxRate, BitRate.FromMbit(40)),
        ("NET_BURST_SEC=5", s => s.Network.Burst, TimeSpan.FromSeconds(5)),
        ("NET_IDLE_SEC=15", s => s.Network.Idle, TimeSpan.FromSeconds(15)),
        ("NET_SENSE_MODE=host", s => s.Network.SenseMode, NetworkSenseMode.Host),
        ("NET_IFACE=enp0s6", s => s.Network.HostInterface, "enp0s6"),
        ("NET_IFACE_INNER=eth1", s => s.Network.ContainerInterface, "eth1"),
        ("NET_VALIDATE_STARTUP=0", s => s.Network.ValidatePeers, false),
        ("NET_REQUIRE_EXTERNAL=1", s => s.Network.RequireExternalPeers, true),
        ("NET_VALIDATION_TIMEOUT_MS=500", s => s.Network.ValidationTimeout, TimeSpan.FromMilliseconds(500)),
        ("NET_STATE_DEBOUNCE_SEC=1", s => s.Network.Generator.Debounce, TimeSpan.FromSeconds(1)),
        ("NET_STATE_MIN_ON_SEC=2", s => s.Network.Generator.MinOn, TimeSpan.FromSeconds(2)),
        ("NET_STATE_MIN_OFF_SEC=3", s => s.Network.Generator.MinOff, TimeSpan.FromSeconds(3)),
        ("NET_ACTIVATION=always", s => s.Network.Fallback.Activation, NetworkActivation.Always),
        ("NET_FALLBACK_START_PCT=15", s => s.Network.Fallback.Start, Percent.Of(15)),
        ("NET_FALLBACK_STOP_PCT=25", s => s.Network.Fallback.Stop, Percent.Of(25)),
        ("NET_FALLBACK_RISK_THRESHOLD_PCT=20", s => s.Network.Fallback.Risk, Percent.Of(20)),
        ("NET_FALLBACK_DEBOUNCE_SEC=60", s => s.Network.Fallback.Debounce, TimeSpan.FromMinutes(1)),
        ("NET_FALLBACK_MIN_ON_SEC=120", s => s.Network.Fallback.MinOn, TimeSpan.FromMinutes(2)),
        ("NET_FALLBACK_MIN_OFF_SEC=0", s => s.Network.Fallback.MinOff, TimeSpan.Zero),
        ("NET_FALLBACK_RAMP_SEC=15", s => s.Network.Fallback.Ramp, TimeSpan.FromSeconds(15)),
        ("HEALTH_ENABLED=off", s => s.Health.Enabled, false),
        ("HEALTH_HOST=[::1]", s => s.Health.Host, "::1"),
        ("HEALTH_PORT=18080", s => s.Health.Port, 18080),
        ("HEALTH_ALLOWED_HOSTS= a.example, *.lan ", s => string.Join('|', s.Health.AllowedHosts), "a.example|*.lan"),
        ("HEALTH_MAX_CONCURRENT_REQUESTS=50", s => s.Health.Limits.Concurrent, 50),
        ("HEALTH_MAX_REQUESTS_PER_MINUTE=1000", s => s.Health.Limits.PerMinute, 1000),
        ("HEALTH_MAX_MEMORY_MB=512", s => s.Health.Limits.Memory, ByteSize.FromMiB(512)),
        ("HEALTH_MAX_CPU_PERCENT=50", s => s.Health.Limits.CpuPercent, 50.0),
        ("PERSISTENCE_DIR=/data/loadshaper", s => s.PersistenceDir, "/data/loadshaper"),
        ("JOURNAL_RETENTION_DAYS=30", s => s.JournalRetention, TimeSpan.FromDays(30)),
        ("LOADSHAPER_SHAPE=VM.Standard.A1.Flex", s => s.StatedShape, "a1-flex-2"),
        ("LOADSHAPER_TEMPLATE_DIR=/", s => s.TemplateDir, "/"),
        ("ORACLE_METADATA_PROBE=1", s => s.MetadataProbe, true),
        ("ALERT_URLS=ntfy://ntfy.sh/topic, webhook+http://10.0.0.9:9000/hook", s => string.Join(' ', s.Alerts.Channels.Select(c => $"{c.Name} {c.Url.Reveal()}")), "ntfy-1 https://ntfy.sh/topic webhook-2 http://10.0.0.9:9000/hook"),
        ("DEADMAN_URL=https://hc-ping.com/uuid", s => s.Alerts.Deadman?.Url.Reveal().ToString(), "https://hc-ping.com/uuid"),
        ("OCI_MONITORING=seed", s => s.Oracle.Monitoring, OracleMonitoring.Seed),
        ("OCI_METADATA_URL=http://10.0.0.9/opc/v2", s => s.Oracle.MetadataUrl, "http://10.0.0.9/opc/v2/"),
        ("ALERT_NAME=vm1", s => s.Alerts.Name, "vm1"),
        ("FLEET_PEERS=vm1=http://10.0.0.11:8080,vm2=http://10.0.0.12:8080/health", s => string.Join(' ', s.Fleet.Peers.Select(p => $"{p.Name} {p.Url.Reveal()}")), "vm1 http://10.0.0.11:8080/ vm2 http://10.0.0.12:8080/"),
        ("LOG_FORMAT=json", s => s.LogFormat, LogFormat.Json),
        ("LOG_LEVEL=warn", s => s.LogLevel, LogLevel.Warning),
        ("TELEMETRY_PERIOD_SEC=0", s => s.TelemetryPeriod, TimeSpan.Zero),
    ];

    public static TheoryData<string> Sets() => [.. Rows.Select(r => r.Set)];

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_set_variable_reaches_its_field(string set)
    {
        var (_, field, expected) = Rows.Single(r => r.Set == set);
        var reading = SettingsReader.For().Read(Machines.Env(set), Machines.Generic);

        Assert.Empty(reading.Problems);
        Assert.Equal(expected, field(reading.Settings!));
        Assert.NotEqual(expected, field(new LoadShaperSettings()));
    }

    [Theory]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::", "::")]
    public void The_health_host_is_always_an_address(string text, string address) =>
        Assert.Equal(address, SettingsReader.For().Read(Machines.Env($"HEALTH_HOST={text}"), Machines.Generic).Settings!.Health.Host);

    [Fact]
    public void No_setting_is_left_out() =>
        Assert.Equal(SpecifiedSettings.Names.Order(), Rows.Select(r => r.Set.Split('=')[0]).Order());
}
