using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Control;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class UdpProxyTests
{
    private static Socket Client(ProxyFixture proxy)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, proxy.Port));
        return socket;
    }

    /// <summary>Sends numbered datagrams, each after the fate of the one before is known, so that no socket buffer overflows.</summary>
    private static async Task SendAsync(ProxyFixture proxy, Socket client, int count)
    {
        var datagram = new byte[100];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(datagram, i);
            await client.SendAsync(datagram, proxy.Timeout.Token);
            if (i % 50 == 49)
                await proxy.UntilAsync(async () => (await proxy.StatusAsync()).DatagramsUp == i + 1);
        }
    }

    private static async Task<List<int>> ReceiveAsync(ProxyFixture proxy, Socket client, int count)
    {
        var numbers = new List<int>();
        var buffer = new byte[2_000];
        while (numbers.Count < count)
        {
            await client.ReceiveAsync(buffer, proxy.Timeout.Token);
            numbers.Add(BinaryPrimitives.ReadInt32LittleEndian(buffer));
        }
        return numbers;
    }

    [Fact]
    public async Task Exactly_the_decided_datagrams_are_lost()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        await using var proxy = await ProxyFixture.UdpAsync("{uplink: {packet_loss: 20%}}", server.Port, ", seed: 7");
        using var client = Client(proxy);
        var decider = new DatagramDecider(7, 0, FaultDirection.Uplink);
        var expected = Enumerable.Range(0, 1_000).Where(_ => decider.Decide(new LinkFaults { Loss = 0.2 }).Copies > 0).ToList();

        await SendAsync(proxy, client, 1_000);
        Assert.Equal(expected, await ReceiveAsync(proxy, client, expected.Count));
        Assert.Equal(1_000 - expected.Count, await proxy.HitsAsync("lost"));
    }

    [Fact]
    public async Task Duplicates_and_reordering_arrive()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        await using var proxy = await ProxyFixture.UdpAsync("{uplink: {packet_duplicate: 10%, packet_reorder: {prob: 10%, window: 3, max_delay: 10s}}}", server.Port);
        using var client = Client(proxy);
        await SendAsync(proxy, client, 500);
        var duplicated = (int)await proxy.HitsAsync("duplicated");
        var numbers = await ReceiveAsync(proxy, client, 500 + duplicated - 5);
        Assert.InRange(duplicated, 25, 80);
        Assert.Equal(duplicated, numbers.Count - numbers.Distinct().Count(), 6.0);
        Assert.True(await proxy.HitsAsync("reordered") > 20);
        Assert.True(numbers.Zip(numbers.Skip(1)).Count(pair => pair.Second < pair.First) > 10);
    }

    [Fact]
    public async Task A_full_queue_drops_and_counts()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        await using var proxy = await ProxyFixture.UdpAsync("{uplink: {latency: 10s, queue: 100}}", server.Port);
        using var client = Client(proxy);
        await SendAsync(proxy, client, 250);
        Assert.Equal((150, 0), (await proxy.HitsAsync("overflowed"), server.Received));
    }

    [Fact]
    public async Task Corruption_changes_one_bit()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        await using var proxy = await ProxyFixture.UdpAsync("{uplink: {corrupt: 100%}}", server.Port);
        using var client = Client(proxy);
        await client.SendAsync(new byte[100], proxy.Timeout.Token);
        var buffer = new byte[200];
        Assert.Equal(100, await client.ReceiveAsync(buffer, proxy.Timeout.Token));
        Assert.Equal(1, buffer.Sum(b => System.Numerics.BitOperations.PopCount(b)));
    }

    private static async Task<(FaultHost Host, Socket Client)> NamedAsync(int port, Func<string, Task<IPAddress[]>> resolve)
    {
        var host = await FaultHost.StartAsync(
            FaultConfigurationReader.Read("test", $"proxies: [{{name: p, protocol: udp, listen: '127.0.0.1:0', upstream: 'some.test:{port}', policy: none}}]"), Assert.Fail, resolve);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(new IPEndPoint(IPAddress.Loopback, (await host.StatusAsync()).Proxies[0].Listen.Port));
        return (host, client);
    }

    private static async Task UntilAsync(FaultHost host, Func<ProxyStatus, bool> condition)
    {
        while (!condition((await host.StatusAsync()).Proxies[0]))
            await Task.Delay(2);
    }

    [Fact]
    public async Task Datagrams_wait_for_the_look_up_of_a_name_and_the_rest_is_counted()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        var found = new TaskCompletionSource<IPAddress[]>();
        var (host, client) = await NamedAsync(server.Port, _ => found.Task);
        await using var closing = host;
        using var disposing = client;
        for (var i = 0; i < 70; i++)
            await client.SendAsync(new[] { (byte)i });
        await UntilAsync(host, p => p.DatagramsUp == 70);
        Assert.Equal(6, (await host.StatusAsync()).Proxies[0].SendFailed);
        found.SetResult([IPAddress.Loopback]);
        var buffer = new byte[10];
        for (var i = 0; i < 64; i++)
            Assert.Equal((1, i), (await client.ReceiveAsync(buffer), (int)buffer[0]));
    }

    [Fact]
    public async Task A_failed_look_up_ends_the_session_and_the_next_datagram_starts_another()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        var asked = 0;
        var (host, client) = await NamedAsync(server.Port, _ => Task.FromResult<IPAddress[]>(Interlocked.Increment(ref asked) == 1 ? [] : [IPAddress.Loopback]));
        await using var closing = host;
        using var disposing = client;
        await client.SendAsync(new byte[1]);
        await UntilAsync(host, p => p is { UpstreamFailed: 1, Open: 0, SendFailed: 1 });
        await client.SendAsync(new byte[1]);
        Assert.Equal(1, await client.ReceiveAsync(new byte[10]));
    }

    [Fact]
    public async Task An_address_that_refuses_is_left_for_the_next_one_in_the_same_session()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        var (host, client) = await NamedAsync(server.Port, _ => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]));
        await using var closing = host;
        using var disposing = client;
        await client.SendAsync(new byte[1]);
        await UntilAsync(host, p => p.UpstreamFailed == 1);
        await client.SendAsync(new byte[2]);
        Assert.Equal(2, await client.ReceiveAsync(new byte[10]));
        Assert.Equal((1L, 1), ((await host.StatusAsync()).Proxies[0].Accepted, (await host.StatusAsync()).Proxies[0].Open));
        // Listener and one socket to the upstream: the socket to the first address is closed.
        Assert.Equal(2, host.OpenSockets);
    }

    [Theory]
    [InlineData("127.0.0.0/8", 0)]
    [InlineData("10.0.0.0/8", 1)]
    public async Task A_rule_with_a_prefix_applies_to_the_first_datagram_for_a_name(string prefix, int received)
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        var found = new TaskCompletionSource<IPAddress[]>();
        await using var host = await FaultHost.StartAsync(
            FaultConfigurationReader.Read("test", $"proxies: [{{name: p, protocol: udp, listen: '127.0.0.1:0', upstream: 'some.test:{server.Port}'}}]\nrules: [{{name: r, policy: {{packet_loss: 100%}}, cidr: {prefix}}}]"),
            Assert.Fail, _ => found.Task);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(new IPEndPoint(IPAddress.Loopback, (await host.StatusAsync()).Proxies[0].Listen.Port));
        await client.SendAsync(new byte[1]);
        Assert.Equal(0, (await host.StatusAsync()).Proxies[0].DatagramsUp);
        found.SetResult([IPAddress.Loopback]);
        await UntilAsync(host, p => p.DatagramsUp == 1);
        if (received == 1)
            Assert.Equal(1, await client.ReceiveAsync(new byte[10]));
        Assert.Equal((received, 1 - received), (server.Received, (await host.StatusAsync()).Hits.SelectMany(h => h.Counters).Where(c => c.Name == "lost").Sum(c => c.Value)));
    }

    [Fact]
    public async Task A_look_up_that_ends_after_its_session_opens_no_socket()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        var found = new TaskCompletionSource<IPAddress[]>();
        var (host, client) = await NamedAsync(server.Port, _ => found.Task);
        await using var closing = host;
        using var disposing = client;
        await client.SendAsync(new byte[1]);
        await UntilAsync(host, p => p.Open == 1);
        await host.ChangeAsync("p", p => p with { Enabled = false });
        found.SetResult([IPAddress.Loopback]);
        await UntilAsync(host, p => p.Open == 0);
        await host.ChangeAsync("p", p => p with { Enabled = true });
        await client.SendAsync(new byte[1]);
        // The first session was called back before the second.
        Assert.Equal(1, await client.ReceiveAsync(new byte[10]));
        Assert.Equal(2, host.OpenSockets);
    }

    [Fact]
    public async Task Every_client_has_its_session_and_too_many_are_rejected()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        await using var proxy = await ProxyFixture.UdpAsync("{latency: 1ms}", server.Port, ", max_connections: 3");
        var clients = Enumerable.Range(0, 4).Select(_ => Client(proxy)).ToArray();
        var buffer = new byte[10];
        for (var i = 0; i < 3; i++)
        {
            await clients[i].SendAsync(new[] { (byte)i }, proxy.Timeout.Token);
            Assert.Equal((1, i), (await clients[i].ReceiveAsync(buffer, proxy.Timeout.Token), (int)buffer[0]));
        }
        await clients[3].SendAsync(new byte[1], proxy.Timeout.Token);
        await proxy.UntilAsync(async () => (await proxy.StatusAsync()).Rejected == 1);
        Assert.Equal(3, (await proxy.StatusAsync()).Open);
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task A_proxy_that_is_removed_leaks_no_descriptor()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        // Answers wait in the proxy when it is removed.
        await using var proxy = await ProxyFixture.UdpAsync("{downlink: {latency: 10s}}", server.Port);
        var clients = Enumerable.Range(0, 20).Select(_ => Client(proxy)).ToArray();
        foreach (var client in clients)
            await client.SendAsync(new byte[100], proxy.Timeout.Token);
        await proxy.UntilAsync(async () => (await proxy.StatusAsync()).DatagramsDown == 20);
        var sockets = Sockets(proxy.Port, server.Port);
        Assert.Equal(21, sockets.Count);
        Assert.Superset(sockets, OwnSockets());

        Assert.True(await proxy.Host.RemoveAsync("p"));
        var status = await proxy.Host.StatusAsync();
        Assert.Equal((0, 0), (status.OpenSockets, status.Timers));
        // By inode: other tests of this process open and close descriptors meanwhile.
        Assert.DoesNotContain(OwnSockets(), sockets.Contains);
        foreach (var client in clients)
            client.Dispose();
    }

    /// <summary>Inodes of the UDP sockets that are bound to the one port, or connected to the other.</summary>
    private static HashSet<string> Sockets(int bound, int connected) =>
    [
        .. File.ReadLines("/proc/self/net/udp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith($":{bound:X4}", StringComparison.Ordinal) || fields[2].EndsWith($":{connected:X4}", StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[9]}]"),
    ];

    private static HashSet<string> OwnSockets()
    {
        var targets = new HashSet<string>();
        foreach (var descriptor in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            // Null or an exception: closed since it was listed.
            try
            {
                if (new FileInfo(descriptor).LinkTarget is { } target)
                    targets.Add(target);
            }
            catch (IOException)
            {
            }
        }
        return targets;
    }
}
