using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Settings;

/// <summary>LOG_FORMAT.</summary>
public enum LogFormat
{
    Text,
    Json,
}

/// <summary>LOG_LEVEL: the least severe message that is written.</summary>
public enum LogLevel
{
    Debug,
    Information,
    Warning,
    Error,
}

/// <summary>All settings in force. Only <see cref="SettingsParser"/> makes one from text, and only when every value and relation holds.</summary>
public sealed record LoadShaperSettings
{
    public CpuSettings Cpu { get; init; } = new();

    public MemorySettings Memory { get; init; } = new();

    public GateSettings Gate { get; init; } = new();

    public SamplingSettings Sampling { get; init; } = new();

    public NetworkSettings Network { get; init; } = new();

    public HealthSettings Health { get; init; } = new();

    public AlertSettings Alerts { get; init; } = new();

    public FleetSettings Fleet { get; init; } = new();
    public OracleSettings Oracle { get; init; } = new();

    public ProtectWith Protect { get; init; } = ProtectWith.Cpu;

    /// <summary>PERSISTENCE_DIR: holds journal.db, metrics.db and the lock.</summary>
    public string PersistenceDir { get; init; } = "/var/lib/loadshaper";

    /// <summary>JOURNAL_RETENTION_DAYS: the age at which events are deleted.</summary>
    public TimeSpan JournalRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>LOADSHAPER_SHAPE: the name of a <see cref="Platform.NamedShape"/>; null when the shape is detected.</summary>
    public string? StatedShape { get; init; }

    /// <summary>LOADSHAPER_TEMPLATE_DIR; a relative path is looked up in the working directory, then beside the program.</summary>
    public string TemplateDir { get; init; } = "config-templates/";

    /// <summary>ORACLE_METADATA_PROBE: the instance metadata service may be asked for the shape.</summary>
    public bool MetadataProbe { get; init; }

    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>TELEMETRY_PERIOD_SEC: time between two telemetry lines while nothing changes; zero: every control period.</summary>
    public TimeSpan TelemetryPeriod { get; init; } = TimeSpan.FromSeconds(60);
}
