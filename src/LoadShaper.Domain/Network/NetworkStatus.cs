using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>The last word of the network fallback.</summary>
/// <param name="Aimed">What the generator was last told to send within a burst; 0 while inactive.</param>
/// <param name="Sent">What it sent since the word before.</param>
/// <param name="Total">What it sent since the daemon's start, payload alone.</param>
/// <param name="Peers">In the order of NET_PEERS; empty until the generator has looked at them.</param>
public sealed record NetworkStatus(
    DateTimeOffset At,
    FallbackPhase Phase,
    BitRate Aimed,
    BitRate Sent,
    ByteSize Total,
    IReadOnlyList<PeerStatus> Peers);
