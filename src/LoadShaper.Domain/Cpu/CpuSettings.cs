using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu;

/// <summary>How the CPU is loaded: CPU_P95_STRATEGY.</summary>
public enum CpuStrategy
{
    /// <summary>The law of the specification: an exceedance budget of high slots over a baseline.</summary>
    Slots,

    /// <summary>Whole UTC hours, as few as every reading needs.</summary>
    Blocks,
}

/// <summary>The CPU_P95_* settings. Defaults, bounds and relations: the settings table.</summary>
public sealed record CpuSettings
{
    public CpuStrategy Strategy { get; init; } = CpuStrategy.Slots;

    public Percent TargetMin { get; init; } = Percent.Of(22);

    public Percent TargetMax { get; init; } = Percent.Of(28);

    public Percent SetPoint { get; init; } = Percent.Of(25);

    /// <summary>Share of slots that are to be high.</summary>
    public Percent ExceedanceTarget { get; init; } = Percent.Of(6.5);

    public TimeSpan SlotDuration { get; init; } = TimeSpan.FromSeconds(60);

    public Percent HighIntensity { get; init; } = Percent.Of(35);

    public Percent BaselineIntensity { get; init; } = Percent.Of(20);

    /// <summary>
    /// CPU_P95_RESERVE_HOURS: with `blocks`, hours for which the readings must hold if LoadShaper stopped now; 0 is the
    /// cheapest schedule, without a reserve.
    /// </summary>
    public int ReserveHours { get; init; } = 72;

    /// <summary>CPU_P95_RING_BUFFER_BATCH_SIZE: slots between snapshots of the controller.</summary>
    public int SlotsBetweenSnapshots { get; init; } = 10;

    /// <summary>The rule that the readings have to pass.</summary>
    public IdleRule Rule { get; init; } = IdleRule.Oracle;

    /// <summary>
    /// What is burnt up to at least, so that it counts: the lower end of the band, and the rule's threshold where the set
    /// point aims at it and the band begins below.
    /// </summary>
    public Percent LeastHigh => Percent.Of(Math.Max(TargetMin.Value, Math.Min(SetPoint.Value, Rule.Threshold)));
}
