using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>The last report of the network fallback.</summary>
/// <param name="Aimed">Ordered rate within a burst; 0 while inactive.</param>
/// <param name="Sent">What was sent since the report before, payload alone.</param>
/// <param name="Total">What was sent since the start of the daemon, payload alone.</param>
/// <param name="Peers">In the order of NET_PEERS; empty until they were looked up.</param>
/// <param name="Generator">State of the generator.</param>
/// <param name="Ledger">With what was sent since the entry on disk; null until it is known.</param>
/// <param name="Forecast">Month's total at the present mean rate, of what the budget counts.</param>
/// <param name="Receiver">Null where NET_MODE receives nothing.</param>
public sealed record NetworkStatus(
    DateTimeOffset At,
    FallbackPhase Phase,
    BitRate Aimed,
    BitRate Sent,
    ByteSize Total,
    IReadOnlyList<PeerStatus> Peers,
    GeneratorPhase Generator = GeneratorPhase.Off,
    LedgerState? Ledger = null,
    ByteSize? Forecast = null,
    ReceiverStatus? Receiver = null);
