using System.Net;
using System.Net.Sockets;
using LoadShaper.Daemon.Network.Sending;
using LoadShaper.Domain.Network.Hello;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>The sockets of one peer, over the loopback interface.</summary>
public sealed class PeerSocketTests
{
    [Fact]
    public void A_datagram_longer_than_the_last_segments_stays_whole()
    {
        using var peer = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var socket = new UdpPeerSocket((IPEndPoint)peer.Client.LocalEndPoint!, ttl: 8);

        socket.Send(new byte[4 * 64], 64, out int count);
        socket.Send(new byte[HelloCodec.Size], out var sent);

        Assert.Equal((4, true), (count, sent));
        Assert.Equal([64, 64, 64, 64, HelloCodec.Size], Enumerable.Range(0, 5).Select(_ => Receive(peer)));
        Assert.Equal(0, peer.Available);
    }

    [Fact]
    public void Bytes_on_the_wire_never_shrink_while_a_slow_peer_reads()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var socket = new TcpPeerSocket((IPEndPoint)listener.LocalEndPoint!, ttl: 8, TimeSpan.FromSeconds(60), key: null, session: 7);
        socket.Advance(TimeSpan.Zero, DateTimeOffset.UtcNow, () => 1);
        using var peer = listener.Accept();
        peer.ReceiveTimeout = 20_000;
        Assert.True(SpinWait.SpinUntil(() => Advance() || peer.Available == HelloCodec.Size, TimeSpan.FromSeconds(20)));
        var hello = new byte[HelloCodec.Size];
        peer.Receive(hello);
        Assert.True(HelloCodec.TryRead(hello, null, out var message));
        HelloCodec.Write(hello, message with { Kind = HelloKind.Welcome }, null);
        peer.Send(hello);
        Assert.True(SpinWait.SpinUntil(Advance, TimeSpan.FromSeconds(20)));

        var (total, part) = (0L, new byte[1 << 16]);
        for (var sent = socket.Send(part, TimeSpan.Zero); sent > 0; sent = socket.Send(part, TimeSpan.Zero))
            total += sent;
        var most = socket.WireBytes;
        while (total > 0)
        {
            total -= peer.Receive(part);
            Assert.True(socket.WireBytes >= most);
            most = socket.WireBytes;
        }
        socket.Dispose();

        Assert.Equal(most, socket.WireBytes);

        bool Advance()
        {
            socket.Advance(TimeSpan.Zero, DateTimeOffset.UtcNow, () => 1);
            return socket.IsReady;
        }
    }

    private static int Receive(UdpClient peer)
    {
        IPEndPoint? from = null;
        peer.Client.ReceiveTimeout = 20_000;
        return peer.Receive(ref from).Length;
    }
}
