using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Network.Peers;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network.Sending;

/// <summary>The peers of NET_PEERS, and an even spread of the traffic over those that receive.</summary>
internal sealed class PeerLinks(NetworkSettings settings) : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly Dictionary<NetworkPeer, PeerPhase> _told = [];
    private readonly byte[] _buffer = NewBuffer();
    private List<PeerLink> _links = [];
    private Traffic _wireBefore = Traffic.None;
    private long _payloadBefore, _packetsBefore;
    private int _next;

    public bool IsEmpty => _links.Count == 0;

    /// <summary>All that was sent, headers and hellos included; it never shrinks.</summary>
    public Traffic Wire => _links.Aggregate(_wireBefore, (sum, link) => sum + link.Wire);

    public long Payload => _payloadBefore + _links.Sum(link => link.Payload);

    public long Packets => _packetsBefore + _links.Sum(link => link.Packets);

    /// <summary>Takes the addresses; a peer whose address stays keeps its connection and its health.</summary>
    public void Use(IReadOnlyList<ResolvedPeer> peers, TimeSpan now)
    {
        var before = _links;
        _links = [.. peers.Select(peer => Take(before, peer) ?? new PeerLink(settings, peer, now))];
        foreach (var gone in before)
        {
            _wireBefore += gone.Wire;
            _payloadBefore += gone.Payload;
            _packetsBefore += gone.Packets;
            gone.Dispose();
        }
        _next = 0;
    }

    public void Advance(TimeSpan now, DateTimeOffset utc, bool wanted, Func<bool, bool> maySend)
    {
        foreach (var link in _links)
            link.Advance(now, utc, wanted, maySend(link.IsPrivate));
    }

    public void Rest()
    {
        foreach (var link in _links)
            link.Rest();
    }

    /// <summary>Sends what the bucket holds, in turn.</summary>
    /// <param name="left">Bytes that the ledger still allows to private or public addresses.</param>
    public TokenBucket Send(TokenBucket bucket, BitRate rate, TimeSpan now, Func<bool, long> left)
    {
        var ready = _links.FindAll(link => link.Ready(now) is not null);
        if (ready.Count == 0)
            return bucket;
        var fair = Math.Max(1, (long)(bucket.Bytes / ready.Count));
        foreach (var link in ready)
            link.Pace(BitRate.FromBits(rate.BitsPerSecond / ready.Count));
        for (var blocked = 0; blocked < ready.Count;)
        {
            _next = (_next + 1) % ready.Count;
            var link = ready[_next];
            var smallest = link.Smallest(rate, now);
            var most = Math.Min((long)Math.Min(bucket.Bytes, Math.Max(fair, smallest)), left(link.IsPrivate));
            var sent = most < smallest ? 0 : link.Send(_buffer, most, rate, now);
            blocked = sent == 0 ? blocked + 1 : 0;
            bucket = bucket.Take(sent);
        }
        return bucket;
    }

    /// <summary>Send buffers of the peers that receive over TCP; null when none does.</summary>
    public ByteSize? TcpBuffer(TimeSpan now)
    {
        long sum = 0;
        foreach (var link in _links)
            sum += link.Ready(now) == NetworkProtocol.Tcp ? link.TcpBuffer : 0;
        return sum == 0 ? null : ByteSize.FromBytes(sum);
    }

    public int Count(TimeSpan now, NetworkProtocol protocol) => _links.Count(link => link.Ready(now) == protocol);

    public int Resolved => _links.Count(link => link.IsUsable);

    public int Failed(TimeSpan now) => _links.Count(link => link.StatusAt(now).Phase == PeerPhase.Down);

    /// <summary>Where hellos and traffic go now.</summary>
    public Destinations DestinationsAt(TimeSpan now)
    {
        var usable = _links.FindAll(link => link.IsUsable);
        var ready = usable.FindAll(link => link.Ready(now) is not null);
        var shared = ready.Count > 0 ? ready : usable;
        return new Destinations(
            HasExternal: usable.Exists(link => !link.IsPrivate), HasPrivate: usable.Exists(link => link.IsPrivate),
            PrivateShare: shared.Count == 0 ? 1 : shared.Average(link => link.IsPrivate ? 1 : 0));
    }

    public PeerStatus[] StatusAt(TimeSpan now) => [.. _links.Select(link => link.StatusAt(now))];

    /// <summary>The peers that began to receive, or stopped, since the last call.</summary>
    public IReadOnlyList<PeerChanged> ChangesAt(TimeSpan now, DateTimeOffset utc)
    {
        var changes = new List<PeerChanged>();
        foreach (var link in _links)
        {
            var status = link.StatusAt(now);
            var before = _told.GetValueOrDefault(status.Peer);
            // An answer that is a moment late is no change, and neither is the wait for the first one.
            if (status.Phase == before || status.Phase == PeerPhase.Unknown)
                continue;
            _told[status.Peer] = status.Phase;
            changes.Add(new PeerChanged(
                utc, status.Peer.ToString(), status.Address, before, status.Phase, status.Trouble,
                status.Loss is { } loss ? Math.Round(loss, 4) : null, Math.Round(status.Reputation, 1)));
        }
        return changes;
    }

    public void Dispose()
    {
        foreach (var link in _links)
            link.Dispose();
    }

    private static PeerLink? Take(List<PeerLink> from, ResolvedPeer peer)
    {
        var found = from.FindIndex(link => link.Peer with { Stale = false } == peer with { Stale = false });
        if (found < 0)
            return null;
        var link = from[found];
        from.RemoveAt(found);
        link.Rename(peer);
        return link;
    }

    // Random bytes: nothing on the way can compress them.
    private static byte[] NewBuffer()
    {
        var buffer = new byte[BufferSize];
        Random.Shared.NextBytes(buffer);
        return buffer;
    }
}
