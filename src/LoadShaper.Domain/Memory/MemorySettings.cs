using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>The MEM_* settings. Defaults, bounds and relations: the settings table.</summary>
public sealed record MemorySettings
{
    /// <summary>Share of the machine's memory that is to be in use; 0 switches it off.</summary>
    public Percent Target { get; init; } = Percent.Zero;

    public Percent Stop { get; init; } = Percent.Of(90);

    /// <summary>MEM_MIN_FREE_MB: what always stays available to others.</summary>
    public ByteSize Reserve { get; init; } = ByteSize.FromMiB(512);

    public ByteSize Step { get; init; } = ByteSize.FromMiB(64);

    public TimeSpan TouchInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>HYSTERESIS_PCT: points off the target, or under the stop threshold, before resuming.</summary>
    public double HysteresisPoints { get; init; } = 5;

    /// <summary>DEBUG_MEM_METRICS: telemetry shows the figure including cache as well.</summary>
    public bool ShowBothFigures { get; init; }
}
