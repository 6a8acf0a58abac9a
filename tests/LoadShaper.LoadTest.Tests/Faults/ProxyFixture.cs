using System.Net;
using System.Net.Sockets;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Control;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Tests.Engine.Servers;

namespace LoadShaper.LoadTest.Tests.Faults;

/// <summary>A running host with one proxy in front of a local server. Any defect of the loop fails the test.</summary>
internal sealed class ProxyFixture : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<string> _defects = [];

    private ProxyFixture() => Timeout = new CancellationTokenSource(Patience);

    internal FaultHost Host { get; private set; } = null!;
    internal CancellationTokenSource Timeout { get; }
    internal int Port { get; private set; }

    /// <param name="policy">As YAML.</param>
    internal static Task<ProxyFixture> TcpAsync(string policy, int upstream, string more = "") => StartAsync("tcp", policy, upstream, more);

    internal static Task<ProxyFixture> UdpAsync(string policy, int upstream, string more = "") => StartAsync("udp", policy, upstream, more);

    internal static FaultConfiguration Configuration(string protocol, string policy, int upstream, string more = "", int listen = 0) => FaultConfigurationReader.Read(
        "test", $"proxies: [{{name: p, protocol: {protocol}, listen: '127.0.0.1:{listen}', upstream: '127.0.0.1:{upstream}', policy: {policy}{more}}}]");

    internal async Task<ProxyStatus> StatusAsync() => (await Host.StatusAsync()).Proxies.Single();

    internal async Task<long> HitsAsync(string counter) => (await Host.StatusAsync()).Hits.SelectMany(h => h.Counters).Where(c => c.Name == counter).Sum(c => c.Value);

    internal async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(5, Timeout.Token);
    }

    internal async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), Timeout.Token);
        return socket;
    }

    internal async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[65_536];
        for (int count; (count = await socket.ReceiveAsync(buffer, Timeout.Token)) > 0;)
            all.Write(buffer, 0, count);
        return all.ToArray();
    }

    internal async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
            data = data[await socket.SendAsync(data, Timeout.Token)..];
    }

    internal static async Task EchoAsync(ServerConnection connection)
    {
        var buffer = new byte[65_536];
        for (int count; (count = await connection.Socket.ReceiveAsync(buffer, connection.Stop)) > 0;)
        {
            ReadOnlyMemory<byte> rest = buffer.AsMemory(0, count);
            while (rest.Length > 0)
                rest = rest[await connection.Socket.SendAsync(rest, connection.Stop)..];
        }
        connection.Socket.Shutdown(SocketShutdown.Send);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Timeout.Dispose();
        Xunit.Assert.Equal(0, Host.OpenSockets);
        Xunit.Assert.Empty(_defects);
    }

    private static async Task<ProxyFixture> StartAsync(string protocol, string policy, int upstream, string more)
    {
        var fixture = new ProxyFixture();
        fixture.Host = await FaultHost.StartAsync(Configuration(protocol, policy, upstream, more), defect =>
        {
            lock (fixture._defects)
                fixture._defects.Add(defect);
        });
        fixture.Port = (await fixture.StatusAsync()).Listen.Port;
        return fixture;
    }
}
