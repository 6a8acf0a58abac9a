using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Network.Peers;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network.Sending;

/// <summary>
/// Everything about one peer: its hellos, its health, and the socket that carries data. UDP first; TCP where UDP is not answered,
/// or where NET_PROTOCOL is tcp. Data is sent only to a peer that agreed a moment ago.
/// </summary>
internal sealed class PeerLink : IDisposable
{
    private const int HellosRemembered = 8;

    private readonly NetworkSettings _settings;
    private readonly UdpPeerSocket? _udp;
    private readonly TcpPeerSocket? _tcp;
    private readonly Queue<(UInt128 Nonce, ulong Sent)> _hellos = new();
    private readonly byte[] _hello = new byte[HelloCodec.Size];
    private readonly ulong _session;
    private readonly bool _ipv6;
    private ulong _sequence;
    private long _udpWire, _payload, _tcpWrites;
    private int _steps;
    private int? _size;
    private bool _tcpWasReady;

    public PeerLink(NetworkSettings settings, ResolvedPeer peer, TimeSpan now)
    {
        _settings = settings;
        Peer = peer;
        Health = PeerHealth.StartAt(now);
        _session = (ulong)NewNonce();
        if (peer is not { IsUsable: true, EndPoint: { } endPoint })
        {
            Health = Health with { Phase = PeerPhase.Down, Trouble = peer.Trouble ?? PeerTrouble.NotResolved };
            return;
        }
        _ipv6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        IsPrivate = PeerPolicy.IsPrivate(endPoint.Address);
        if (!HelloPolicy.MayAsk(settings.Key is not null, endPoint.Address))
        {
            Health = Health with { Phase = PeerPhase.Down, Trouble = PeerTrouble.KeyRequired };
            return;
        }
        if (settings.Protocol == NetworkProtocol.Udp)
            _udp = new UdpPeerSocket(endPoint, settings.Ttl);
        _tcp = new TcpPeerSocket(endPoint, settings.Ttl, settings.ValidationTimeout, settings.Key, _session);
    }

    public ResolvedPeer Peer { get; private set; }

    public PeerHealth Health { get; private set; }

    public bool IsPrivate { get; }

    /// <summary>Bytes; 0 without a connection.</summary>
    public long TcpBuffer => _tcp?.SendBuffer ?? 0;

    /// <summary>Whether it can ever be asked.</summary>
    public bool IsUsable => _tcp is not null;

    /// <summary>Payload sent since the start.</summary>
    public long Payload => _payload;

    /// <summary>Data packets or writes.</summary>
    public long Packets => (long)_sequence + _tcpWrites;

    /// <summary>All that was sent, headers and hellos included.</summary>
    public Traffic Wire => Traffic.To(IsPrivate, _udpWire + (_tcp?.WireBytes ?? 0));

    /// <summary>The protocol by which data may go there now; null when none may.</summary>
    public NetworkProtocol? Ready(TimeSpan now) =>
        _udp is not null && PeerHealthPolicy.IsReady(Health, now) ? NetworkProtocol.Udp
        : _tcp is { IsReady: true } ? NetworkProtocol.Tcp
        : null;

    public void Rename(ResolvedPeer peer) => Peer = peer;

    /// <summary>Reads answers, sends what is due, keeps the connection.</summary>
    /// <param name="wanted">Traffic is wanted.</param>
    /// <param name="maySend">The ledger allows a hello.</param>
    public void Advance(TimeSpan now, DateTimeOffset utc, bool wanted, bool maySend)
    {
        if (!IsUsable)
            return;
        if (_udp is not null)
            AdvanceUdp(_udp, now, utc, wanted, maySend);
        var needsTcp = _udp is null || Health.Phase == PeerPhase.Down;
        if (wanted && maySend && needsTcp)
            AdvanceTcp(_tcp!, now, utc);
        else if (!wanted || !needsTcp)
            Rest();
    }

    /// <summary>Closes what costs something while no data is sent.</summary>
    public void Rest()
    {
        _tcp?.Dispose();
        _tcpWasReady = false;
    }

    public void Pace(BitRate rate) => _tcp?.Pace(rate);

    /// <summary>Sends at most so many bytes, headers included.</summary>
    /// <param name="buffer">Random bytes, at least as long as one send; its packet headers are overwritten.</param>
    /// <returns>Bytes sent, headers included; 0 when nothing can be sent now.</returns>
    public long Send(Span<byte> buffer, long most, BitRate rate, TimeSpan now) => Ready(now) switch
    {
        NetworkProtocol.Udp => SendUdp(buffer, most, rate, now),
        NetworkProtocol.Tcp => SendTcp(buffer, most, now),
        _ => 0,
    };

    /// <summary>The least that can be sent, headers included.</summary>
    public int Smallest(BitRate rate, TimeSpan now) => Ready(now) == NetworkProtocol.Tcp
        ? PacketSizePolicy.Smallest + RatePolicy.HeaderBytes(_ipv6, tcp: true)
        : SizeFor(rate) + RatePolicy.HeaderBytes(_ipv6, tcp: false);

    public PeerStatus StatusAt(TimeSpan now)
    {
        var ready = Ready(now);
        return new PeerStatus(
            Peer.Peer, Peer.EndPoint?.ToString(), ready is null ? TroubleNow : null, Peer.Stale,
            ready is not null ? PeerPhase.Up : Health.Phase == PeerPhase.Up && _udp is null ? PeerPhase.Unknown : Health.Phase,
            ready, Health.Loss, PeerHealthPolicy.ReputationAt(Health, now), _udp is null ? null : _size, ByteSize.FromBytes(_payload));
    }

    public void Dispose()
    {
        _udp?.Dispose();
        _tcp?.Dispose();
    }

    private PeerTrouble? TroubleNow => Health.Trouble ?? _tcp?.Trouble;

    private void AdvanceUdp(UdpPeerSocket udp, TimeSpan now, DateTimeOffset utc, bool wanted, bool maySend)
    {
        for (var answer = udp.Receive(out var trouble); answer.Length > 0 || trouble is not null; answer = udp.Receive(out trouble))
            if (trouble is { } failed)
                OnTrouble(failed, now);
            else
                OnAnswer(answer, now);
        if (Health.EmptyAnswers >= PeerHealthPolicy.MostEmptyAnswers)
            OnNothingArrives(now);
        if (!maySend || !PeerHealthPolicy.IsHelloDue(Health, wanted, now))
            return;
        Health = PeerHealthPolicy.Ask(Health, now);
        var message = new HelloMessage(HelloKind.Hello, utc, NewNonce(), _session);
        HelloCodec.Write(_hello, message, _settings.Key);
        _hellos.Enqueue((message.Nonce, _sequence));
        if (_hellos.Count > HellosRemembered)
            _hellos.Dequeue();
        if (udp.Send(_hello, out var sent) is { } unsent)
            OnTrouble(unsent, now);
        if (sent)
            _udpWire += HelloCodec.Size + RatePolicy.HeaderBytes(_ipv6, tcp: false);
    }

    private void OnAnswer(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (!HelloCodec.TryRead(bytes, _settings.Key, out var answer) || answer.Kind != HelloKind.Welcome || answer.Session != _session)
            return;
        foreach (var (nonce, sent) in _hellos)
        {
            if (nonce != answer.Nonce)
                continue;
            Health = PeerHealthPolicy.Answer(Health, answer, sent, now);
            return;
        }
    }

    private void OnTrouble(PeerTrouble trouble, TimeSpan now)
    {
        // The kernel has learned the MTU of the path: the next packet fits.
        if (trouble == PeerTrouble.PacketTooLarge && _udp?.PathMtu is not null)
            _size = null;
        else
            Health = PeerHealthPolicy.Fail(Health, trouble, now);
    }

    private void OnNothingArrives(TimeSpan now)
    {
        if (PacketSizePolicy.CanStepDown(_steps))
        {
            // Large packets are dropped without a word on some paths.
            (_steps, _size) = (_steps + 1, null);
            Health = Health with { EmptyAnswers = 0 };
        }
        else
        {
            Health = PeerHealthPolicy.Fail(Health, PeerTrouble.AllLost, now);
        }
    }

    private void AdvanceTcp(TcpPeerSocket tcp, TimeSpan now, DateTimeOffset utc)
    {
        var before = tcp.Trouble;
        tcp.Advance(now, utc, NewNonce);
        // With UDP the health is that of the hellos.
        if (_udp is null && tcp.IsReady && !_tcpWasReady)
            Health = PeerHealthPolicy.Answer(PeerHealthPolicy.Ask(Health, now), default, _sequence, now);
        else if (_udp is null && tcp.Trouble is { } trouble && (_tcpWasReady || before != trouble))
            Health = PeerHealthPolicy.Fail(Health, trouble, now);
        _tcpWasReady = tcp.IsReady;
    }

    private long SendUdp(Span<byte> buffer, long most, BitRate rate, TimeSpan now)
    {
        var size = SizeFor(rate);
        var headers = RatePolicy.HeaderBytes(_ipv6, tcp: false);
        var count = (int)Math.Min(PacketSizePolicy.Segments(size), most / (size + headers));
        if (count == 0)
            return 0;
        for (var i = 0; i < count; i++)
            DataHeader.Write(buffer[(i * size)..], _session, _sequence + (ulong)i + 1);
        if (_udp!.Send(buffer[..(count * size)], size, out var sent) is { } trouble)
            OnTrouble(trouble, now);
        _sequence += (ulong)sent;
        _payload += (long)sent * size;
        var wire = (long)sent * (size + headers);
        _udpWire += wire;
        return wire;
    }

    private long SendTcp(Span<byte> buffer, long most, TimeSpan now)
    {
        var before = _tcp!.WireBytes;
        // Room for the headers, which the kernel adds.
        var sent = _tcp.Send(buffer[..(int)Math.Min(buffer.Length, most - most / 10)], now);
        _payload += sent;
        // Not a number of the sequence: the receiver compares that with the packets over UDP.
        if (sent > 0)
            _tcpWrites++;
        // Headers of the segments are known once they are sent; they are part of a later difference.
        return sent == 0 ? 0 : Math.Max(sent, _tcp.WireBytes - before);
    }

    private int SizeFor(BitRate rate)
    {
        _size ??= PacketSizePolicy.Fit((int)_settings.PacketSize.Bytes, _udp?.PathMtu, _ipv6, _steps, BitRate.Zero, default);
        return Math.Min(_size.Value, PacketSizePolicy.Fit(_size.Value, int.MaxValue, _ipv6, 0, rate, _settings.Burst));
    }

    // An answer without a key is trusted by its nonce.
    private static UInt128 NewNonce()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
