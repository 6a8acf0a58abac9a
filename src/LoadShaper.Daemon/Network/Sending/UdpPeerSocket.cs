using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Peers;

namespace LoadShaper.Daemon.Network.Sending;

/// <summary>
/// The UDP socket to one peer. Connected, so that the kernel looks the route up once and accepts datagrams of that peer alone.
/// Never waits: what the kernel does not take at once is not sent.
/// </summary>
internal sealed class UdpPeerSocket(IPEndPoint endPoint, int ttl) : IDisposable
{
    private const int SendBuffer = 1 << 20;

    private readonly byte[] _received = new byte[HelloCodec.Size + 1];
    private Socket? _socket;
    private int _segment;
    private bool _cannotSegment;

    /// <summary>MTU of the path; null while it is not known.</summary>
    public int? PathMtu => _socket is { } socket ? LinuxSocket.PathMtu(socket) : null;

    /// <summary>Sends one datagram.</summary>
    /// <returns>Null when the kernel took it, or takes none now.</returns>
    public PeerTrouble? Send(ReadOnlySpan<byte> datagram, out bool sent)
    {
        // The option stays in force: the kernel would cut a longer datagram into segments.
        if (_socket is { } open && _segment > 0 && datagram.Length > _segment && LinuxSocket.TrySegment(open, 0))
            _segment = 0;
        return SendAtOnce(datagram, out sent);
    }

    /// <summary>Sends datagrams of one size, in one call where the kernel can.</summary>
    /// <param name="count">Out: how many it took.</param>
    public PeerTrouble? Send(ReadOnlySpan<byte> datagrams, int size, out int count)
    {
        count = 0;
        if (datagrams.Length > size && TrySegment(size))
        {
            var trouble = SendAtOnce(datagrams, out var sent);
            if (sent)
            {
                count = datagrams.Length / size;
                return null;
            }
            if (trouble is null or PeerTrouble.Refused or PeerTrouble.PacketTooLarge)
                return trouble;
            // Where the path became narrower, the kernel may call the segments invalid.
            if (PathMtu is { } mtu && size + PacketSizePolicy.Headers(endPoint.AddressFamily == AddressFamily.InterNetworkV6) > mtu)
                return PeerTrouble.PacketTooLarge;
            // Some devices refuse segments although the kernel offers them.
            _cannotSegment = true;
            _segment = 0;
            if (_socket is { } socket)
                LinuxSocket.TrySegment(socket, 0);
        }
        for (var at = 0; at < datagrams.Length; at += size, count++)
        {
            var trouble = Send(datagrams.Slice(at, size), out var sent);
            if (trouble is not null || !sent)
                return trouble;
        }
        return null;
    }

    /// <summary>The next answer that lies there; empty when there is none.</summary>
    public ReadOnlySpan<byte> Receive(out PeerTrouble? trouble)
    {
        trouble = null;
        if (_socket is not { } socket)
            return [];
        try
        {
            var length = socket.Receive(_received, SocketFlags.None, out var error);
            if (error == SocketError.Success)
                return _received.AsSpan(0, length);
            trouble = Classify(error);
        }
        catch (SocketException e)
        {
            trouble = Classify(e.SocketErrorCode);
        }
        return [];
    }

    public void Dispose()
    {
        _socket?.Dispose();
        (_socket, _segment) = (null, 0);
    }

    private PeerTrouble? SendAtOnce(ReadOnlySpan<byte> datagram, out bool sent)
    {
        sent = false;
        try
        {
            var socket = Open();
            var length = socket.Send(datagram, SocketFlags.None, out var error);
            // The answer to an earlier datagram; this one is still to be sent.
            if (error == SocketError.ConnectionRefused)
                length = socket.Send(datagram, SocketFlags.None, out error);
            sent = error == SocketError.Success && length == datagram.Length;
            return Classify(error);
        }
        catch (SocketException e)
        {
            Dispose();
            return Classify(e.SocketErrorCode);
        }
    }

    private Socket Open()
    {
        if (_socket is { } open)
            return open;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false, SendBufferSize = SendBuffer };
        try
        {
            LinuxSocket.MarkAsBulk(socket, ttl);
            socket.Connect(endPoint);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
        return _socket = socket;
    }

    private bool TrySegment(int size)
    {
        if (_cannotSegment)
            return false;
        if (_segment == size)
            return true;
        try
        {
            if (LinuxSocket.TrySegment(Open(), size))
            {
                _segment = size;
                return true;
            }
        }
        catch (SocketException)
        {
            // The send that follows reports it.
        }
        _cannotSegment = true;
        return false;
    }

    private static PeerTrouble? Classify(SocketError error) => error switch
    {
        SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => null,
        SocketError.ConnectionRefused => PeerTrouble.Refused,
        SocketError.MessageSize => PeerTrouble.PacketTooLarge,
        _ => PeerTrouble.Unreachable,
    };
}
