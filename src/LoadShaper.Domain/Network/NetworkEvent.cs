using LoadShaper.Domain.Network.Peers;

namespace LoadShaper.Domain.Network;

/// <summary>Traffic was switched on or off.</summary>
/// <param name="Input">What it was decided from; null when no input came at all.</param>
public abstract record NetworkEvent(DateTimeOffset At, FallbackInput? Input) : IEvent;

/// <summary>Traffic is the last lever left, or is always wanted.</summary>
/// <param name="RiskSince">Since when it is wanted without a break.</param>
/// <param name="Activation">NET_ACTIVATION; null in journals of earlier builds.</param>
public sealed record FallbackActivated(DateTimeOffset At, FallbackInput? Input, DateTimeOffset RiskSince, NetworkActivation? Activation = null)
    : NetworkEvent(At, Input);

public sealed record FallbackDeactivated(DateTimeOffset At, FallbackInput? Input, FallbackEnd Cause) : NetworkEvent(At, Input);

/// <summary>Why traffic ended.</summary>
public enum FallbackEnd
{
    /// <summary>Another metric, or the network itself, is safe again, or it is not known any more that it is not.</summary>
    NotNeeded,

    /// <summary>Other work wants the machine.</summary>
    GateClosed,

    /// <summary>The interface cannot be read: how much may be sent is not known.</summary>
    ReadingMissing,

    /// <summary>No input came for too long.</summary>
    Silence,

    /// <summary>The month's budget is used.</summary>
    BudgetReached,
}

/// <summary>The generator changed its state.</summary>
public sealed record GeneratorChanged(GeneratorInput Input, GeneratorPhase From, GeneratorPhase To) : IEvent
{
    public DateTimeOffset At => Input.At;
}

/// <summary>A peer began to receive, or stopped.</summary>
/// <param name="Peer">As in NET_PEERS.</param>
/// <param name="Address">And port; null when it has none.</param>
/// <param name="Trouble">Why it does not receive; null when it does.</param>
/// <param name="Loss">Share of the packets that did not arrive, 0 to 1; null when unknown.</param>
/// <param name="Reputation">0 to 100.</param>
public sealed record PeerChanged(
    DateTimeOffset At, string Peer, string? Address, PeerPhase From, PeerPhase To, PeerTrouble? Trouble, double? Loss, double Reputation) : IEvent;
