using System.Net;
using System.Net.Sockets;
using LoadShaper.LoadTest.Engine.Echo;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

public class EchoTests
{
    private static readonly EchoStep Step = new() { Name = "echo", PayloadBytes = 100 };

    private static LoadTarget Target(TargetProtocol protocol, int port) => new() { Name = $"{protocol} {port}", Protocol = protocol, Host = "127.0.0.1", Port = port };

    private static RunPlan Udp(int port, double timeout = 10, int connections = 50) =>
        Plans.Open(Target(TargetProtocol.UdpEcho, port), Step, rate: 400, seconds: 0.25, connections: connections, timeout: timeout);

    private static async Task EchoAsync(ServerConnection connection)
    {
        var buffer = new byte[4_096];
        for (int count; (count = await connection.Socket.ReceiveAsync(buffer, connection.Stop)) > 0;)
            await connection.Socket.SendAsync(buffer.AsMemory(0, count), connection.Stop);
    }

    [Fact]
    public async Task Tcp_messages_come_back()
    {
        await using var server = ScriptedServer.Start(EchoAsync);
        var result = await Plans.RunAsync(Plans.Open(Target(TargetProtocol.TcpEcho, server.Port), Step with { PayloadBytes = 20_000 }));
        Assert.Equal((100, 0), (result.Total.Counts.Completed, result.Total.Counts.Failed));
        Assert.Equal(new EchoCounts(100, 100, 0, 0, 0, 0, 0), result.Echo);
        Assert.Equal((2_000_000, 2_000_000), (result.Total.Counts.BytesSent, result.Total.Counts.BytesReceived));
    }

    [Fact]
    public async Task Tcp_over_a_unix_socket()
    {
        var path = Path.Combine(Path.GetTempPath(), $"loadtest-{Guid.NewGuid():N}.sock");
        await using var server = ScriptedServer.StartUnix(path, EchoAsync);
        var result = await Plans.RunAsync(Plans.Open(new LoadTarget { Name = "unix", Protocol = TargetProtocol.TcpEcho, UnixSocketPath = path }, Step));
        File.Delete(path);
        Assert.Equal(100, result.Total.Counts.Completed);
    }

    [Fact]
    public async Task A_changed_byte_of_a_stream_is_an_error()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            var buffer = new byte[100];
            while (true)
            {
                for (var got = 0; got < 100;)
                {
                    var count = await connection.Socket.ReceiveAsync(buffer.AsMemory(got), connection.Stop);
                    if (count == 0)
                        return;
                    got += count;
                }

                buffer[50] ^= 1;
                await connection.Socket.SendAsync(buffer, connection.Stop);
            }
        });
        var result = await Plans.RunAsync(Plans.Open(Target(TargetProtocol.TcpEcho, server.Port), Step, rate: 100, seconds: 0.1));
        var error = Assert.Single(result.Errors);
        Assert.Equal(("the echo differs from the message", FailureKind.Malformed, 10), (error.Text, error.Kind, error.Count));
        Assert.Equal(10, result.Echo!.Value.Corrupted);
    }

    [Fact]
    public async Task A_stream_that_never_answers_times_out()
    {
        await using var server = ScriptedServer.Start(connection => connection.HoldAsync());
        var result = await Plans.RunAsync(Plans.Open(Target(TargetProtocol.TcpEcho, server.Port), Step, rate: 100, seconds: 0.05, timeout: 0.2));
        Assert.Equal((5, 5), (result.Total.Counts.Failed, result.Echo!.Value.Lost));
    }

    [Fact]
    public async Task Udp_datagrams_come_back()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        var result = await Plans.RunAsync(Udp(server.Port));
        Assert.Equal((100, 0), (result.Total.Counts.Completed, result.Total.Counts.Failed));
        Assert.Equal(new EchoCounts(100, 100, 0, 0, 0, 0, 0), result.Echo);
        Assert.Equal(100, server.Received);
    }

    [Fact]
    public async Task Loss_is_counted_as_timed_out_datagrams()
    {
        await using var server = new UdpServer((number, datagram) => number % 5 == 0 ? [] : [datagram]);
        var result = await Plans.RunAsync(Udp(server.Port, timeout: 2));
        Assert.Equal(20, result.Echo!.Value.Lost);
        Assert.Equal((80, 20), (result.Total.Counts.Completed, result.Total.Counts.Failed));
        Assert.Equal("timeout: no response within 2 s", Assert.Single(result.Errors).Text);
    }

    [Fact]
    public async Task Duplicates_are_counted_and_harmless()
    {
        await using var server = new UdpServer((number, datagram) => number % 10 == 0 ? [datagram, datagram, datagram] : [datagram]);
        var result = await Plans.RunAsync(Udp(server.Port));
        Assert.Equal(100, result.Total.Counts.Completed);

        // The copies of the very last datagram may come after the end.
        Assert.InRange(result.Echo!.Value.Duplicated, 18, 20);
    }

    [Fact]
    public async Task Reordering_is_counted()
    {
        byte[]? held = null;
        await using var server = new UdpServer((number, datagram) =>
        {
            if (number % 10 == 5)
            {
                held = datagram;
                return [];
            }

            return number % 10 == 6 ? [datagram, held!] : [datagram];
        });
        var result = await Plans.RunAsync(Udp(server.Port));
        Assert.Equal(new EchoCounts(100, 100, 0, 0, 10, 0, 0), result.Echo);
    }

    [Fact]
    public async Task Changed_datagrams_are_corrupted_and_lost()
    {
        await using var server = new UdpServer((number, datagram) =>
        {
            if (number % 10 == 0)
                datagram[60] ^= 4;
            return [datagram];
        });
        var result = await Plans.RunAsync(Udp(server.Port, timeout: 2));
        Assert.Equal(new EchoCounts(100, 90, 10, 0, 0, 10, 0), result.Echo);
    }

    [Fact]
    public async Task A_closed_port_is_refused()
    {
        int port;
        using (var free = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)free.LocalEndPoint!).Port;
        }

        var result = await Plans.RunAsync(Udp(port, timeout: 1));
        Assert.Equal(100, result.Total.Counts.Failed);
        Assert.Contains(result.Errors, error => error is { Text: "datagram refused (ECONNREFUSED)", Kind: FailureKind.Connect });
    }

    [Fact]
    public void The_window_distinguishes_first_duplicate_reordered_and_unknown()
    {
        var window = new SequenceWindow();
        for (var i = 0; i < 10; i++)
            window.Next();
        Assert.Equal((Arrived.First, false), (window.OnArrived(3, out var reordered), reordered));
        Assert.Equal((Arrived.First, true), (window.OnArrived(2, out reordered), reordered));
        Assert.Equal((Arrived.Duplicate, false), (window.OnArrived(3, out reordered), reordered));
        Assert.Equal(Arrived.Unknown, window.OnArrived(11, out _));
        Assert.Equal(Arrived.Unknown, window.OnArrived(0, out _));
        for (var i = 0; i < SequenceWindow.Size; i++)
            window.Next();
        Assert.Equal(Arrived.Unknown, window.OnArrived(10, out _));
        Assert.Equal(Arrived.First, window.OnArrived(SequenceWindow.Size + 3, out _));
    }

    [Fact]
    public void A_message_is_valid_only_unchanged()
    {
        var message = new byte[200];
        EchoMessage.Write(message, 77, 5);
        Assert.True(EchoMessage.TryRead(message, out var sequence, out var flow));
        Assert.Equal((77, 5), (sequence, flow));
        for (var i = 0; i < message.Length; i++)
        {
            message[i] ^= 0x10;
            Assert.False(EchoMessage.TryRead(message, out _, out _));
            message[i] ^= 0x10;
        }

        Assert.False(EchoMessage.TryRead(message.AsSpan(0, 199), out _, out _));
        Assert.False(EchoMessage.TryRead(message.AsSpan(0, 15), out _, out _));
    }
}
