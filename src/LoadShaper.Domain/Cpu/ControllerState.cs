namespace LoadShaper.Domain.Cpu;

/// <summary>The seven-day P95 relative to its band, CPU_P95_TARGET_MIN to CPU_P95_TARGET_MAX.</summary>
public enum ControllerState
{
    /// <summary>Under the band: more and higher slots.</summary>
    Building,

    /// <summary>In the band.</summary>
    Maintaining,

    /// <summary>Over the band: fewer and lower slots.</summary>
    Reducing,
}

/// <summary>What a slot was decided to be.</summary>
public enum SlotKind
{
    Baseline,

    /// <summary>Drawn on the exceedance budget.</summary>
    High,

    /// <summary>The pessimistic P95 is under the threshold: every slot counts until it is not.</summary>
    CatchUp,

    /// <summary>Real load alone, or another metric, holds the machine safe: nothing is burnt.</summary>
    Resting,

    /// <summary>The gate keeps the slot idle.</summary>
    Held,
}
