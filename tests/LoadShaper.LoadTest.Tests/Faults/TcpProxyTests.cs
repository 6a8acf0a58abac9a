using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class TcpProxyTests
{
    private static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static readonly string[] Lossless =
    [
        "none",
        "{latency: 3ms, jitter: 3ms}",
        "{packet_loss: 2%, latency: 1ms}",
        "{burst_loss: {p: 2%, r: 50%}}",
        "{rate: 200mbps, jitter: 1ms}",
        "{slice: {size: 700, delay: 20us}}",
        "{stall: {after_bytes: 1000, for: 10ms}, latency: 1ms}",
        "{packet_loss: 100%, schedule: {spike: {at: 1ms, for: 20ms}}}",
    ];

    [Fact]
    public void No_byte_is_lost_changed_or_reordered_by_a_policy_that_does_not_say_so()
    {
        var input =
            from policy in Gen.Elements(Lossless)
            from seed in Gen.Choose(0, 1_000_000)
            from lengths in Gen.Choose(1, 40_000).ListOf(4)
            select (Policy: policy, Seed: seed, Lengths: lengths.ToArray());
        Prop.ForAll(input.ToArbitrary(), x => ThereAndBackAsync(x.Policy, x.Seed, x.Lengths).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    private static async Task ThereAndBackAsync(string policy, int seed, int[] lengths)
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync(policy, server.Port, $", seed: {seed}");
        using var client = await proxy.ConnectAsync();
        var sent = lengths.Select((length, i) => Bytes(seed + i, length)).ToArray();
        var reading = proxy.ReadToEndAsync(client);
        foreach (var part in sent)
            await proxy.SendAllAsync(client, part);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent.SelectMany(s => s), await reading);
        await proxy.UntilAsync(async () => (await proxy.StatusAsync()).Open == 0);
        Assert.Equal(0, (await proxy.Host.StatusAsync()).BufferedBytes);
    }

    [Fact]
    public async Task A_full_pipe_stops_reading_and_loses_nothing()
    {
        // The server reads nothing before the client has blocked: memory is bounded by the pipe, not by what is sent.
        var go = new TaskCompletionSource();
        var data = Bytes(1, 24 << 20);
        await using var server = ScriptedServer.Start(async connection =>
        {
            connection.Socket.ReceiveBufferSize = 64 * 1024;
            await go.Task.WaitAsync(connection.Stop);
            await ProxyFixture.EchoAsync(connection);
        });
        await using var proxy = await ProxyFixture.TcpAsync("{latency: 1ms}", server.Port);
        using var client = await proxy.ConnectAsync();
        var sending = proxy.SendAllAsync(client, data);
        var waiting = 0L;
        await proxy.UntilAsync(async () => (waiting = (await proxy.Host.StatusAsync()).BufferedBytes) >= 1 << 20);
        // One reading: the kernel's buffers may take more of it meanwhile.
        Assert.InRange(waiting, 1 << 20, (1 << 20) + 65_536);
        go.SetResult();
        var reading = proxy.ReadToEndAsync(client);
        await sending;
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(data, await reading);
    }

    [Fact]
    public async Task Latency_is_added_in_both_directions()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{uplink: {latency: 60ms}, downlink: {latency: 40ms}}", server.Port);
        using var client = await proxy.ConnectAsync();
        var start = Stopwatch.GetTimestamp();
        await client.SendAsync(new byte[10], proxy.Timeout.Token);
        await client.ReceiveAsync(new byte[10], proxy.Timeout.Token);
        // Never less, however busy the machine is.
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Refuse_means_that_nothing_listens()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{refuse: true}", server.Port);
        var e = await Assert.ThrowsAsync<SocketException>(proxy.ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, e.SocketErrorCode);

        // And listens again as soon as the policy is gone, on the same port.
        await proxy.Host.ChangeAsync("p", p => p with { Policy = null });
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(new byte[1], proxy.Timeout.Token);
        Assert.Equal(1, await client.ReceiveAsync(new byte[10], proxy.Timeout.Token));
        Assert.Equal(0, await proxy.HitsAsync("refused"));
    }

    [Fact]
    public async Task A_share_of_connections_is_reset_at_once()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{refuse: 50%}", server.Port);
        var reset = 0;
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var client = await proxy.ConnectAsync();
                await client.SendAsync(new byte[1], proxy.Timeout.Token);
                Assert.Equal(1, await client.ReceiveAsync(new byte[1], proxy.Timeout.Token));
            }
            catch (SocketException)
            {
                reset++;
            }
        }
        Assert.InRange(reset, 30, 70);
        Assert.Equal(reset, await proxy.HitsAsync("refused"));
    }

    [Fact]
    public async Task Reset_is_a_RST_on_both_sides()
    {
        var seen = new TaskCompletionSource<SocketError>();
        await using var server = ScriptedServer.Start(async connection =>
        {
            try
            {
                await ProxyFixture.EchoAsync(connection);
                seen.SetResult(SocketError.Success);
            }
            catch (SocketException e)
            {
                seen.SetResult(e.SocketErrorCode);
            }
        });
        await using var proxy = await ProxyFixture.TcpAsync("{reset: {after_bytes: 1000}}", server.Port);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(new byte[1000], proxy.Timeout.Token);
        var e = await Assert.ThrowsAsync<SocketException>(() => proxy.ReadToEndAsync(client));
        Assert.Equal((SocketError.ConnectionReset, SocketError.ConnectionReset), (e.SocketErrorCode, await seen.Task));
        Assert.Equal(1, await proxy.HitsAsync("resets"));
    }

    [Fact]
    public async Task Half_open_leaves_the_client_without_a_peer()
    {
        var seen = new TaskCompletionSource();
        await using var server = ScriptedServer.Start(async connection =>
        {
            try
            {
                await ProxyFixture.EchoAsync(connection);
            }
            finally
            {
                seen.SetResult();
            }
        });
        await using var proxy = await ProxyFixture.TcpAsync("{half_open: {after_bytes: 100}}", server.Port);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(new byte[100], proxy.Timeout.Token);
        await seen.Task.WaitAsync(proxy.Timeout.Token);
        await proxy.SendAllAsync(client, new byte[1 << 20]);
        Assert.False(client.Poll(0, SelectMode.SelectRead), "the client got data, a FIN or a RST");
        Assert.Equal((1, 1), (await proxy.HitsAsync("half_open"), (await proxy.StatusAsync()).Open));

        // The descriptors go when the client goes.
        client.Close();
        await proxy.UntilAsync(async () => (await proxy.StatusAsync()).Open == 0);
    }

    [Fact]
    public async Task A_stall_without_end_ends_with_the_client()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{stall: {after_bytes: 10}}", server.Port);
        var client = await proxy.ConnectAsync();
        await client.SendAsync(new byte[10], proxy.Timeout.Token);
        await proxy.UntilAsync(async () => await proxy.HitsAsync("stalled") == 1);
        Assert.Equal(1, (await proxy.StatusAsync()).Open);
        client.Close();
        await proxy.UntilAsync(async () => (await proxy.StatusAsync()).Open == 0);
    }

    [Fact]
    public async Task A_dead_link_that_stays_dead_ends_with_the_client()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{packet_loss: 100%}", server.Port);
        var client = await proxy.ConnectAsync();
        await client.SendAsync(new byte[10], proxy.Timeout.Token);
        await proxy.UntilAsync(async () => await proxy.HitsAsync("stalled") == 1);
        client.Close();
        await proxy.UntilAsync(async () => (await proxy.StatusAsync()).Open == 0);
    }

    [Fact]
    public async Task Data_held_on_a_dead_link_arrives_when_the_policy_goes()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{packet_loss: 100%}", server.Port);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(new byte[10], proxy.Timeout.Token);
        await proxy.UntilAsync(async () => await proxy.HitsAsync("stalled") == 1);
        await proxy.Host.ChangeAsync("p", p => p with { Policy = null });
        Assert.Equal(10, await client.ReceiveAsync(new byte[20], proxy.Timeout.Token));
    }

    [Theory]
    [InlineData("{limit: 5000}")]
    [InlineData("{limit: 5000, latency: 5ms}")]
    public async Task A_limit_ends_the_connection_in_good_order(string policy)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.SendAsync(new string('x', 50_000));
            await connection.HoldAsync();
        });
        await using var proxy = await ProxyFixture.TcpAsync(policy, server.Port);
        using var client = await proxy.ConnectAsync();
        // A FIN, not a RST: reading ends without an exception.
        Assert.Equal(5_000, (await proxy.ReadToEndAsync(client)).Length);
        Assert.Equal(1, await proxy.HitsAsync("limited"));
        client.Close();
    }

    [Fact]
    public async Task Corruption_changes_bits_and_keeps_the_length()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{uplink: {corrupt: 50%}}", server.Port);
        using var client = await proxy.ConnectAsync();
        var sent = Bytes(3, 200_000);
        var reading = proxy.ReadToEndAsync(client);
        await proxy.SendAllAsync(client, sent);
        client.Shutdown(SocketShutdown.Send);
        var received = await reading;
        var changed = sent.Zip(received, (a, b) => System.Numerics.BitOperations.PopCount((uint)(a ^ b))).Sum();
        Assert.Equal((sent.Length, await proxy.HitsAsync("corrupted")), (received.Length, (long)changed));
        Assert.True(changed > 0);
    }

    [Fact]
    public async Task An_upstream_that_is_not_there_resets_the_client()
    {
        int free;
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            free = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        await using var proxy = await ProxyFixture.TcpAsync("none", free);
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var client = await proxy.ConnectAsync();
            await proxy.ReadToEndAsync(client);
        });
        Assert.Equal(1, (await proxy.StatusAsync()).UpstreamFailed);
    }

    [Fact]
    public async Task Connections_above_the_limit_are_rejected()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("none", server.Port, ", max_connections: 1");
        using var first = await proxy.ConnectAsync();
        await first.SendAsync(new byte[1], proxy.Timeout.Token);
        await first.ReceiveAsync(new byte[1], proxy.Timeout.Token);
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var second = await proxy.ConnectAsync();
            await proxy.ReadToEndAsync(second);
        });
        Assert.Equal((1, 1), ((await proxy.StatusAsync()).Rejected, (await proxy.StatusAsync()).Open));
    }

    [Fact]
    public async Task Ten_thousand_connections_leave_nothing_behind()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{jitter: 1ms, reset: {prob: 30%, after: 1h}}", server.Port);
        var idle = proxy.Host.OpenSockets;
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = proxy.Timeout.Token }, async (i, _) =>
        {
            using var client = await proxy.ConnectAsync();
            if (i % 4 != 0)
            {
                await client.SendAsync(new byte[100], proxy.Timeout.Token);
                await client.ReceiveAsync(new byte[100], proxy.Timeout.Token);
            }
            // Without TIME_WAIT, or the ports of the machine would run out.
            client.LingerState = new LingerOption(true, 0);
        });
        await proxy.UntilAsync(async () => (await proxy.StatusAsync()).Open == 0);
        var status = await proxy.Host.StatusAsync();
        Assert.Equal((10_000, idle, 0, 0), ((int)status.Proxies[0].Accepted, status.OpenSockets, (int)status.BufferedBytes, status.Timers));
    }
}
