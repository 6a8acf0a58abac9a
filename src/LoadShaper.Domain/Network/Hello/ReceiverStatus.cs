using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network.Hello;

/// <summary>What the receiver counted since it was started.</summary>
/// <param name="EndPoint">Where it listens; null when it cannot.</param>
/// <param name="Problem">Why it does not listen; null when it does.</param>
/// <param name="Received">Data of senders that it agreed to, payload.</param>
/// <param name="Packets">UDP packets of it.</param>
/// <param name="Answered">What it sent, headers included: answers, and acknowledgements of TCP.</param>
/// <param name="Senders">Senders with traffic or a hello in the last ten seconds.</param>
/// <param name="Refused">Messages and connections that were dropped, by cause.</param>
public sealed record ReceiverStatus(
    string? EndPoint,
    string? Problem,
    ByteSize Received,
    long Packets,
    Ledger.Traffic Answered,
    IReadOnlyList<string> Senders,
    IReadOnlyDictionary<HelloRefusal, long> Refused);
