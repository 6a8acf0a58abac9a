using System.Net;
using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Daemon.Network.Receiving;

/// <summary>The listed senders, what was agreed with each, and the counters of their sessions. Safe to use from several threads.</summary>
internal sealed class Agreements(NetworkKey? key, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _start = clock.GetTimestamp();
    private Dictionary<IPAddress, Sender> _senders = [];

    public bool IsListed(IPAddress sender)
    {
        lock (_lock)
            return _senders.ContainsKey(Plain(sender));
    }

    /// <summary>Takes the addresses of NET_PEERS; what was agreed with those that stay is kept.</summary>
    public void List(IEnumerable<IPAddress> senders)
    {
        lock (_lock)
            _senders = senders.Select(Plain).Distinct().ToDictionary(address => address, address => _senders.GetValueOrDefault(address) ?? new Sender());
    }

    /// <summary>Answers a hello.</summary>
    /// <param name="answer">96 bytes; written where the result is null.</param>
    public HelloRefusal? Greet(IPAddress from, ReadOnlySpan<byte> bytes, Span<byte> answer)
    {
        lock (_lock)
        {
            if (!_senders.TryGetValue(Plain(from), out var sender))
                return HelloRefusal.NotListed;
            HelloMessage? message = HelloCodec.TryRead(bytes, key, out var read) ? read : null;
            if (HelloPolicy.Decide(key is not null, Plain(from), sender.Memory, message, clock.GetUtcNow(), clock.GetElapsedTime(_start)) is { } refusal)
                return refusal;
            if (sender.Session != read.Session)
                (sender.Session, sender.Packets, sender.Bytes, sender.Highest) = (read.Session, 0, 0, 0);
            HelloCodec.Write(answer, read with { Kind = HelloKind.Welcome, Packets = sender.Packets, Bytes = sender.Bytes, Highest = sender.Highest }, key);
            return null;
        }
    }

    /// <summary>Counts data packets of one sender that were received together.</summary>
    /// <param name="first">The beginning of the first.</param>
    public HelloRefusal? Count(IPAddress from, ReadOnlySpan<byte> first, int bytes, int packets)
    {
        lock (_lock)
        {
            if (!_senders.TryGetValue(Plain(from), out var sender))
                return HelloRefusal.NotListed;
            if (!DataHeader.TryRead(first, out var session, out var sequence) || sender.Session != session)
                return HelloRefusal.NotAgreed;
            sender.Packets += (ulong)packets;
            sender.Bytes += (ulong)bytes;
            sender.Highest = Math.Max(sender.Highest, sequence + (ulong)packets - 1);
            return null;
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private sealed class Sender
    {
        public HelloMemory Memory { get; } = new();

        public ulong? Session { get; set; }

        public ulong Packets { get; set; }

        public ulong Bytes { get; set; }

        public ulong Highest { get; set; }
    }
}
