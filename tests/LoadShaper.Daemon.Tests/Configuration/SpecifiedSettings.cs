namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>The settings as the specification has them, written down a second time: the code's own table must agree.</summary>
internal static class SpecifiedSettings
{
    internal sealed record Number(string Name, string Default, string Min, string Max, string Below, string Above, bool Whole = false);

    internal static readonly Number[] Numbers =
    [
        .. Percents("CPU_P95_TARGET_MIN:22", "CPU_P95_TARGET_MAX:28", "CPU_P95_SETPOINT:25", "CPU_P95_EXCEEDANCE_TARGET:6.5",
            "CPU_P95_HIGH_INTENSITY:35", "CPU_P95_BASELINE_INTENSITY:20", "CPU_STOP_PCT:85", "MEM_STOP_PCT:90", "NET_STOP_PCT:60",
            "MEM_TARGET_PCT:0", "NET_TARGET_PCT:10", "HYSTERESIS_PCT:5", "JITTER_PCT:10",
            "NET_FALLBACK_START_PCT:19", "NET_FALLBACK_STOP_PCT:23", "NET_FALLBACK_RISK_THRESHOLD_PCT:22"),
        new("CPU_P95_SLOT_DURATION_SEC", "60", "10", "3600", "9.99", "3600.01"),
        new("CPU_P95_RESERVE_HOURS", "72", "0", "120", "-1", "121", Whole: true),
        new("CPU_P95_RING_BUFFER_BATCH_SIZE", "10", "1", "100", "0", "101", Whole: true),
        new("CONTROL_PERIOD_SEC", "5", "1", "3600", "0.99", "3601"),
        new("AVG_WINDOW_SEC", "300", "10", "7200", "9", "7201"),
        new("JITTER_PERIOD_SEC", "5", "1", "3600", "0.5", "3601"),
        new("LOAD_THRESHOLD", "0.6", "0.01", "100", "0", "100.1"),
        new("LOAD_RESUME_THRESHOLD", "0.4", "0", "100", "-0.1", "100.1"),
        new("MEM_MIN_FREE_MB", "512", "50", "10000", "49.9", "10001"),
        new("MEM_STEP_MB", "64", "1", "1000", "0.9", "1001"),
        new("MEM_TOUCH_INTERVAL_SEC", "1", "0.5", "10", "0.49", "10.01"),
        new("NET_PORT", "15201", "1024", "65535", "1023", "65536", Whole: true),
        new("NET_MONTHLY_BUDGET_GB", "1000", "0", "1000000", "-1", "1000001"),
        new("NET_BUDGET_VMS", "1", "1", "100", "0", "101", Whole: true),
        new("NET_BURST_SEC", "10", "1", "3600", "0.9", "3600.1"),
        new("NET_IDLE_SEC", "10", "1", "3600", "0.9", "3600.1"),
        new("NET_TTL", "1", "1", "255", "0", "256", Whole: true),
        new("NET_PACKET_SIZE", "8900", "64", "65507", "63", "65508", Whole: true),
        new("NET_LINK_MBIT", "1000", "1", "10000", "0.9", "10001"),
        new("NET_MIN_RATE_MBIT", "1", "0.1", "10000", "0.09", "10001"),
        new("NET_MAX_RATE_MBIT", "800", "1", "10000", "0.9", "10001"),
        .. Waits("NET_FALLBACK_DEBOUNCE_SEC:30", "NET_FALLBACK_MIN_ON_SEC:60", "NET_FALLBACK_MIN_OFF_SEC:30", "NET_FALLBACK_RAMP_SEC:10",
            "NET_STATE_DEBOUNCE_SEC:5", "NET_STATE_MIN_ON_SEC:15", "NET_STATE_MIN_OFF_SEC:20"),
        new("NET_VALIDATION_TIMEOUT_MS", "200", "10", "60000", "9", "60001"),
        new("HEALTH_PORT", "8080", "1", "65535", "0", "65536", Whole: true),
        new("HEALTH_MAX_CONCURRENT_REQUESTS", "100", "8", "10000", "7", "10001", Whole: true),
        new("HEALTH_MAX_REQUESTS_PER_MINUTE", "2000", "10", "1000000", "9", "1000001", Whole: true),
        new("HEALTH_MAX_MEMORY_MB", "1024", "64", "65536", "63.9", "65537"),
        new("HEALTH_MAX_CPU_PERCENT", "200", "5", "100000", "4.9", "100001"),
        new("JOURNAL_RETENTION_DAYS", "90", "1", "3650", "0.9", "3651"),
        new("TELEMETRY_PERIOD_SEC", "60", "0", "86400", "-1", "86401"),
    ];

    internal static readonly (string Name, bool Default)[] Switches =
    [
        ("LOAD_CHECK_ENABLED", true), ("NET_VALIDATE_STARTUP", true), ("NET_REQUIRE_EXTERNAL", false),
        ("HEALTH_ENABLED", true), ("DEBUG_MEM_METRICS", false), ("ORACLE_METADATA_PROBE", false),
    ];

    internal static readonly (string Name, string Default, string[] Words)[] Words =
    [
        ("CPU_P95_STRATEGY", "slots", ["slots", "blocks"]),
        ("PROTECT_WITH", "cpu", ["cpu", "memory", "both"]),
        ("NET_MODE", "client", ["off", "client", "server", "both"]),
        ("NET_BUDGET_COUNTS", "all", ["all", "external"]),
        ("NET_PROTOCOL", "udp", ["udp", "tcp"]),
        ("NET_ACTIVATION", "adaptive", ["adaptive", "always", "off"]),
        ("NET_SENSE_MODE", "container", ["container", "host"]),
        ("NET_IPV6", "auto", ["auto", "on", "off", "true", "false"]),
        ("OCI_MONITORING", "off", ["off", "check", "seed"]),
        ("LOG_FORMAT", "text", ["text", "json"]),
        ("LOG_LEVEL", "information", ["debug", "information", "info", "warning", "warn", "error"]),
    ];

    internal static readonly (string Name, string Default)[] Texts =
    [
        ("NET_PEERS", ""), ("NET_KEY", ""), ("NET_IFACE", "ens3"), ("NET_IFACE_INNER", "eth0"), ("HEALTH_HOST", "127.0.0.1"), ("HEALTH_ALLOWED_HOSTS", ""),
        ("PERSISTENCE_DIR", "/var/lib/loadshaper"), ("LOADSHAPER_TEMPLATE_DIR", "config-templates/"), ("LOADSHAPER_SHAPE", ""),
        ("ALERT_URLS", ""), ("DEADMAN_URL", ""), ("ALERT_NAME", ""), ("FLEET_PEERS", ""), ("OCI_METADATA_URL", "http://169.254.169.254/opc/v2/"),
    ];

    internal static IEnumerable<string> Names =>
        [.. Numbers.Select(n => n.Name), .. Switches.Select(s => s.Name), .. Words.Select(w => w.Name), .. Texts.Select(t => t.Name)];

    private static IEnumerable<Number> Percents(params string[] rows) =>
        rows.Select(r => r.Split(':')).Select(r => new Number(r[0], r[1], "0", "100", "-0.01", "100.01"));

    private static IEnumerable<Number> Waits(params string[] rows) =>
        rows.Select(r => r.Split(':')).Select(r => new Number(r[0], r[1], "0", "86400", "-1", "86401"));
}
