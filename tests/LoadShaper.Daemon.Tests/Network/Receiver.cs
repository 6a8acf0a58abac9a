using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>A real UDP peer on the loopback interface that answers hellos and counts what it gets, when the test lets it.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly Socket _socket;
    private readonly NetworkKey? _key;
    private readonly byte[] _buffer = new byte[1 << 16];
    private (int Packets, long Bytes) _got;
    private ulong _packets, _bytes, _highest;

    public Receiver(IPAddress? address = null, NetworkKey? key = null)
    {
        address ??= IPAddress.Loopback;
        _key = key;
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 22, Blocking = false };
        _socket.Bind(new IPEndPoint(address, 0));
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public SafeSocketHandle Handle => _socket.SafeHandle;

    /// <summary>False: hellos are read and not answered.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Data packets above this are lost on the way.</summary>
    public int LargestThatArrives { get; set; } = int.MaxValue;

    /// <summary>Sizes of the packets since the start.</summary>
    public HashSet<int> Sizes { get; } = [];

    /// <summary>Reads what lies there. On the loopback interface a datagram is there as soon as it was sent.</summary>
    public void Serve()
    {
        EndPoint from = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (_socket.Available > 0)
        {
            var length = _socket.ReceiveFrom(_buffer, ref from);
            var datagram = _buffer.AsSpan(0, length);
            if (HelloCodec.IsHello(datagram))
            {
                Answer(datagram, from);
            }
            else if (DataHeader.TryRead(datagram, out _, out var sequence) && length <= LargestThatArrives)
            {
                (_packets, _bytes, _highest) = (_packets + 1, _bytes + (ulong)length, Math.Max(_highest, sequence));
                _got = (_got.Packets + 1, _got.Bytes + length);
                Sizes.Add(length);
            }
        }
    }

    /// <summary>What arrived since the last call, without the hellos.</summary>
    public (int Packets, long Bytes) Drain()
    {
        Serve();
        var got = _got;
        _got = default;
        return got;
    }

    public void Dispose() => _socket.Dispose();

    private void Answer(ReadOnlySpan<byte> datagram, EndPoint to)
    {
        if (!Answers || !HelloCodec.TryRead(datagram, _key, out var hello))
            return;
        var answer = new byte[HelloCodec.Size];
        HelloCodec.Write(answer, hello with { Kind = HelloKind.Welcome, Packets = _packets, Bytes = _bytes, Highest = _highest }, _key);
        _socket.SendTo(answer, to);
    }
}
