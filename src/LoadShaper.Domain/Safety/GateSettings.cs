using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Safety;

/// <summary>When real work wants the machine: LOAD_*, *_STOP_PCT, HYSTERESIS_PCT.</summary>
public sealed record GateSettings
{
    /// <summary>LOAD_CHECK_ENABLED.</summary>
    public bool LoadCheck { get; init; } = true;

    /// <summary>LOAD_THRESHOLD: 1-minute load average per core, without our own part, at which the gate closes.</summary>
    public double LoadThreshold { get; init; } = 0.6;

    /// <summary>LOAD_RESUME_THRESHOLD: and at which it opens again.</summary>
    public double LoadResume { get; init; } = 0.4;

    public Percent CpuStop { get; init; } = Percent.Of(85);

    public Percent MemoryStop { get; init; } = Percent.Of(90);

    public Percent NetworkStop { get; init; } = Percent.Of(60);

    /// <summary>HYSTERESIS_PCT: points under a stop threshold before resuming.</summary>
    public double HysteresisPoints { get; init; } = 5;
}

/// <summary>PROTECT_WITH: which lever is pulled; the other takes over when the chosen one does not hold.</summary>
public enum ProtectWith
{
    Cpu,
    Memory,
    Both,
}
