using System.Net;
using System.Net.Sockets;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>A real UDP peer on the loopback interface that counts what it gets.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly Socket _socket;

    public Receiver(IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 22, Blocking = false };
        _socket.Bind(new IPEndPoint(address, 0));
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public SafeSocketHandle Handle => _socket.SafeHandle;

    /// <summary>What lies there. On the loopback interface a datagram is there as soon as it was sent.</summary>
    public (int Packets, long Bytes) Drain()
    {
        var buffer = new byte[1 << 16];
        var (packets, bytes) = (0, 0L);
        for (; _socket.Available > 0; packets++)
            bytes += _socket.Receive(buffer);
        return (packets, bytes);
    }

    public void Dispose() => _socket.Dispose();
}
