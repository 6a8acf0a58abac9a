using System.Net;
using System.Net.Sockets;
using LoadShaper.Daemon.Network.Receiving;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>The real receiver on the loopback interface, asked over real sockets.</summary>
public sealed class ReceiverServerTests : IDisposable
{
    private static readonly NetworkKey Key = new("the key of all machines");

    private readonly ReceiverServer _server = new(new NetworkSettings { Key = Key }, TimeProvider.System, port: 0);
    private readonly UdpClient _client = new();

    public ReceiverServerTests()
    {
        _server.Accept([IPAddress.Loopback]);
        _client.Connect(IPAddress.Loopback, _server.Port);
    }

    [Fact]
    public async Task A_hello_of_a_listed_sender_is_answered_with_as_many_bytes_and_data_is_counted_after_it()
    {
        var answer = await AskAsync(Hello(1));
        Assert.Equal(HelloCodec.Size, answer.Length);
        Assert.True(HelloCodec.TryRead(answer, Key, out var welcome));
        Assert.Equal((HelloKind.Welcome, (UInt128)1), (welcome.Kind, welcome.Nonce));

        for (ulong i = 1; i <= 10; i++)
            await _client.SendAsync(Data(7, i));
        Assert.True(HelloCodec.TryRead(await AskAsync(Hello(2)), Key, out welcome));

        Assert.Equal((10UL, 10_000UL, 10UL), (welcome.Packets, welcome.Bytes, welcome.Highest));
        var status = _server.Read();
        Assert.Equal((10L, 10_000L), (status.Packets, status.Received.Bytes));
        Assert.Equal("127.0.0.1", Assert.Single(status.Senders));
    }

    [Fact]
    public async Task Data_without_a_hello_and_a_hello_with_another_key_are_counted_as_refused_and_not_answered()
    {
        await _client.SendAsync(Data(7, 1));
        await _client.SendAsync(Hello(1, new NetworkKey("the key of a stranger")));
        // The first answer is that to the first hello that is valid.
        Assert.True(HelloCodec.TryRead(await AskAsync(Hello(2)), Key, out var welcome));

        Assert.Equal(((UInt128)2, 0UL), (welcome.Nonce, welcome.Packets));
        Assert.Equal(1, _server.Read().Refused[HelloRefusal.NotAgreed]);
        Assert.Equal(1, _server.Read().Refused[HelloRefusal.NotAuthentic]);
    }

    [Fact]
    public async Task A_sender_that_is_not_listed_gets_no_answer()
    {
        _server.Accept([IPAddress.Parse("10.9.9.9")]);
        await _client.SendAsync(Hello(1));
        Assert.True(SpinWait.SpinUntil(() => _server.Read().Refused.GetValueOrDefault(HelloRefusal.NotListed) == 1, TimeSpan.FromSeconds(30)));
        _server.Accept([IPAddress.Parse("10.9.9.9"), IPAddress.Loopback]);

        Assert.True(HelloCodec.TryRead(await AskAsync(Hello(2)), Key, out var welcome));
        Assert.Equal((UInt128)2, welcome.Nonce);
        Assert.Equal(1, _server.Read().Refused[HelloRefusal.NotListed]);
    }

    [Fact]
    public async Task Over_TCP_data_is_counted_after_a_hello()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, _server.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Hello(1));
        var answer = new byte[HelloCodec.Size];
        await stream.ReadExactlyAsync(answer);
        Assert.True(HelloCodec.TryRead(answer, Key, out _));

        await stream.WriteAsync(new byte[100_000]);
        tcp.Client.Shutdown(SocketShutdown.Send);

        // The receiver closes after it has read everything.
        Assert.Equal(0, await stream.ReadAsync(answer));
        Assert.Equal(100_000, _server.Read().Received.Bytes);
    }

    [Fact]
    public async Task Over_TCP_a_wrong_hello_ends_the_connection_without_an_answer()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, _server.Port);
        await tcp.GetStream().WriteAsync(Hello(1, new NetworkKey("the key of a stranger")));

        Assert.Equal(0, await tcp.GetStream().ReadAsync(new byte[100]));
        Assert.Equal(1, _server.Read().Refused[HelloRefusal.NotAuthentic]);
    }

    [Fact]
    public void A_port_in_use_is_a_problem_with_its_setting()
    {
        using var second = new ReceiverServer(new NetworkSettings { Port = _server.Port }, TimeProvider.System);

        Assert.Contains("NET_PORT", second.Problem);
        Assert.Null(second.Read().EndPoint);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private async Task<byte[]> AskAsync(byte[] hello)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _client.SendAsync(hello);
        return (await _client.ReceiveAsync(patience.Token)).Buffer;
    }

    private static byte[] Hello(ulong nonce, NetworkKey? key = null)
    {
        var bytes = new byte[HelloCodec.Size];
        HelloCodec.Write(bytes, new HelloMessage(HelloKind.Hello, DateTimeOffset.UtcNow, nonce, 7), key ?? Key);
        return bytes;
    }

    private static byte[] Data(ulong session, ulong sequence)
    {
        var bytes = new byte[1000];
        DataHeader.Write(bytes, session, sequence);
        return bytes;
    }
}
