using System.Net;
using System.Net.Sockets;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Control;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class FaultHostTests
{
    [Fact]
    public async Task A_reload_under_load_drops_nothing_on_kept_proxies_and_leaks_no_descriptor()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{latency: 1ms}", server.Port);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(proxy.Timeout.Token);
        var exchanged = 0;
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var client = await proxy.ConnectAsync();
            var buffer = new byte[1_000];
            while (!stop.IsCancellationRequested)
            {
                await client.SendAsync(new byte[1_000], proxy.Timeout.Token);
                for (var got = 0; got < 1_000;)
                {
                    var count = await client.ReceiveAsync(buffer.AsMemory(got), proxy.Timeout.Token);
                    Assert.True(count > 0, "a kept proxy dropped its connection");
                    got += count;
                }
                Interlocked.Increment(ref exchanged);
            }
        })).ToArray();
        string[] policies = ["none", "{latency: 2ms, jitter: 1ms}", "{packet_loss: 1%}", "{slice: {size: 100}}", "{rate: 100mbps}"];
        for (var i = 0; i < 50; i++)
        {
            // With one more proxy every other time, which comes and goes with its connections.
            var configuration = ProxyFixture.Configuration("tcp", policies[i % policies.Length], server.Port);
            if (i % 2 == 0)
                configuration = configuration with { Proxies = [.. configuration.Proxies, configuration.Proxies[0] with { Name = "other" }] };
            await proxy.Host.ApplyAsync(configuration);
            var before = Volatile.Read(ref exchanged);
            await proxy.UntilAsync(() => Task.FromResult(Volatile.Read(ref exchanged) > before));
        }
        await proxy.Host.ApplyAsync(ProxyFixture.Configuration("tcp", "none", server.Port));
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        await proxy.UntilAsync(async () => (await proxy.StatusAsync()).Open == 0);
        Assert.Equal(1, proxy.Host.OpenSockets);
    }

    [Fact]
    public async Task A_proxy_that_is_removed_under_load_leaks_no_descriptor()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("{latency: 50ms}", server.Port);
        var clients = new List<Socket>();
        for (var i = 0; i < 20; i++)
        {
            clients.Add(await proxy.ConnectAsync());
            await proxy.SendAllAsync(clients[^1], new byte[10_000]);
        }
        Assert.True(await proxy.Host.RemoveAsync("p"));
        Assert.False(await proxy.Host.RemoveAsync("p"));
        var status = await proxy.Host.StatusAsync();
        Assert.Equal((0, 0L, 0), (status.OpenSockets, status.BufferedBytes, status.Timers));
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task A_disabled_proxy_does_not_listen_and_drops_its_connections()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("none", server.Port);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(new byte[1], proxy.Timeout.Token);
        await client.ReceiveAsync(new byte[1], proxy.Timeout.Token);
        await proxy.Host.ChangeAsync("p", p => p with { Enabled = false });
        await Assert.ThrowsAsync<SocketException>(() => proxy.ReadToEndAsync(client));
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(proxy.ConnectAsync)).SocketErrorCode);
        await proxy.Host.ResetAsync();
        using var again = await proxy.ConnectAsync();
    }

    [Fact]
    public async Task An_address_in_use_is_refused_and_the_old_configuration_stays()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var taken = ((IPEndPoint)other.LocalEndPoint!).Port;
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        var wrong = ProxyFixture.Configuration("tcp", "none", server.Port, listen: taken);
        var e = await Assert.ThrowsAsync<IOException>(() => FaultHost.StartAsync(wrong, Assert.Fail));
        Assert.Equal($"proxy \"p\": cannot listen on 127.0.0.1:{taken}: the address is in use (EADDRINUSE); choose another port, or stop the process that has it", e.Message);

        await using var proxy = await ProxyFixture.TcpAsync("none", server.Port);
        await Assert.ThrowsAsync<IOException>(() => proxy.Host.ApplyAsync(wrong));
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(new byte[1], proxy.Timeout.Token);
        Assert.Equal(1, await client.ReceiveAsync(new byte[10], proxy.Timeout.Token));
        Assert.Equal(1, (await proxy.StatusAsync()).Open);
    }

    [Theory]
    [InlineData("{latency: 1ms}", 3, 0)]
    // Each connection looks the name up, and no name exists.
    [InlineData("{dns: {delay: 1ms, nxdomain: 100%}}", 0, 3)]
    public async Task A_name_is_looked_up_and_all_its_addresses_are_tried(string policy, int answered, int failed)
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        var configuration = FaultConfigurationReader.Read("test", $"proxies: [{{name: p, listen: '127.0.0.1:0', upstream: 'two.test:{server.Port}', policy: {policy}}}]");
        // Nothing listens on the first one.
        await using var host = await FaultHost.StartAsync(configuration, Assert.Fail, name => Task.FromResult<IPAddress[]>(name == "two.test" ? [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback] : []));
        var port = (await host.StatusAsync()).Proxies[0].Listen.Port;
        var echoed = 0;
        for (var i = 0; i < 3; i++)
        {
            try
            {
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
                await client.SendAsync(new byte[1]);
                echoed += await client.ReceiveAsync(new byte[1]);
            }
            catch (SocketException)
            {
                // Counted below.
            }
        }
        Assert.Equal((answered, (long)failed), (echoed, (await host.StatusAsync()).Proxies[0].UpstreamFailed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replacement_that_is_refused_leaves_what_was_running(bool reload)
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var proxy = await ProxyFixture.TcpAsync("none", server.Port);
        var settings = (await proxy.StatusAsync()).Settings;
        // The same port on an address that this machine does not have.
        var wrong = settings with { Listen = new("192.0.2.1", proxy.Port) };
        await Assert.ThrowsAsync<IOException>(() => reload ? proxy.Host.ApplyAsync(new() { Proxies = [wrong] }) : proxy.Host.AddAsync(wrong));
        Assert.Equal((settings, proxy.Port), ((await proxy.StatusAsync()).Settings, (await proxy.StatusAsync()).Listen.Port));
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(new byte[1], proxy.Timeout.Token);
        Assert.Equal(1, await client.ReceiveAsync(new byte[10], proxy.Timeout.Token));
    }

    [Fact]
    public async Task A_look_up_that_fails_unexpectedly_fails_its_connections_only()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        var asked = 0;
        await using var host = await FaultHost.StartAsync(Named("tcp", server.Port), Assert.Fail, _ =>
            Interlocked.Increment(ref asked) == 1 ? throw new InvalidOperationException("a defect") : Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        Assert.False(await EchoesAsync(host));
        Assert.True(await EchoesAsync(host));
    }

    [Fact]
    public async Task Each_connection_tries_every_address_also_when_many_start_together()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        // Nothing listens on the first two.
        await using var host = await FaultHost.StartAsync(Named("tcp", server.Port), Assert.Fail, _ =>
            Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3"), IPAddress.Loopback]));
        Assert.DoesNotContain(false, await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => EchoesAsync(host)))));
        Assert.Equal(0, (await host.StatusAsync()).Proxies[0].UpstreamFailed);
    }

    private static LoadTest.Faults.Model.FaultConfiguration Named(string protocol, int port) =>
        FaultConfigurationReader.Read("test", $"proxies: [{{name: p, protocol: {protocol}, listen: '127.0.0.1:0', upstream: 'some.test:{port}', policy: none}}]");

    private static async Task<bool> EchoesAsync(FaultHost host)
    {
        var port = (await host.StatusAsync()).Proxies[0].Listen.Port;
        try
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            await client.SendAsync(new byte[1]);
            return await client.ReceiveAsync(new byte[1]) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [Fact]
    public async Task A_rule_with_a_prefix_applies_to_the_connections_that_go_there()
    {
        var matched = IPAddress.Parse("127.0.0.2");
        await using var other = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync, matched);
        await using var host = await FaultHost.StartAsync(FaultConfigurationReader.Read("test", $$$"""
            proxies:
              - {name: other, listen: '127.0.0.1:0', upstream: '127.0.0.1:{{{other.Port}}}'}
              - {name: address, listen: '127.0.0.1:0', upstream: '127.0.0.2:{{{server.Port}}}'}
              - {name: name, listen: '127.0.0.1:0', upstream: 'some.test:{{{server.Port}}}'}
            rules: [{name: r, policy: {uplink: {corrupt: 100%}}, protocol: tcp, cidr: 127.0.0.2/31}]
            """), Assert.Fail, _ => Task.FromResult<IPAddress[]>([matched]));
        var inverted = new Dictionary<string, int>();
        foreach (var proxy in (await host.StatusAsync()).Proxies)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, proxy.Listen.Port));
            await client.SendAsync(new byte[1]);
            var echo = new byte[1];
            Assert.Equal(1, await client.ReceiveAsync(echo));
            inverted[proxy.Settings.Name] = System.Numerics.BitOperations.PopCount(echo[0]);
        }
        Assert.Equal(new() { ["other"] = 0, ["address"] = 1, ["name"] = 1 }, inverted);
        Assert.Contains(("connections", 2L), (await host.StatusAsync()).Hits.Single(h => h.Name == "r").Counters);
    }

    [Fact]
    public async Task Rules_choose_the_policy_and_count_their_hits()
    {
        await using var server = ScriptedServer.Start(ProxyFixture.EchoAsync);
        await using var host = await FaultHost.StartAsync(FaultConfigurationReader.Read("test", $$$"""
            proxies: [{name: a, listen: '127.0.0.1:0', upstream: '127.0.0.1:{{{server.Port}}}'}]
            rules:
              - {name: everything, policy: {refuse: true}}
              - {name: this port, policy: {packet_loss: 1%}, port: {{{server.Port}}}, priority: 1}
            """), Assert.Fail);
        var port = (await host.StatusAsync()).Proxies[0].Listen.Port;
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await client.SendAsync(new byte[1]);
        await client.ReceiveAsync(new byte[1]);
        var hits = Assert.Single((await host.StatusAsync()).Hits);
        Assert.Equal(("this port", ("connections", 1L)), (hits.Name, hits.Counters[0]));
    }
}
