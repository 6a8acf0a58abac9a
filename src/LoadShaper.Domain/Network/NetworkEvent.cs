namespace LoadShaper.Domain.Network;

/// <summary>Traffic was switched on or off.</summary>
/// <param name="Input">What it was decided from; null when nothing was told at all.</param>
public abstract record NetworkEvent(DateTimeOffset At, FallbackInput? Input) : IEvent;

/// <summary>Traffic is the last lever left, or is always wanted.</summary>
/// <param name="RiskSince">Since when every other metric was at risk without a break.</param>
public sealed record FallbackActivated(DateTimeOffset At, FallbackInput? Input, DateTimeOffset RiskSince) : NetworkEvent(At, Input);

public sealed record FallbackDeactivated(DateTimeOffset At, FallbackInput? Input, FallbackEnd Cause) : NetworkEvent(At, Input);

/// <summary>Why traffic ended.</summary>
public enum FallbackEnd
{
    /// <summary>Another metric, or the network itself, is safe again, or it is not known any more that it is not.</summary>
    NotNeeded,

    /// <summary>Real work wants the machine.</summary>
    GateClosed,

    /// <summary>The interface cannot be read: how much may be sent is not known.</summary>
    ReadingMissing,

    /// <summary>Nobody told anything for too long.</summary>
    Silence,
}
