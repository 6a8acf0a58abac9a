using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Control;
using LoadShaper.LoadTest.Faults.Dns;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class DnsServerTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _timeout = new(TimeSpan.FromSeconds(60));
    private readonly List<FaultHost> _hosts = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        _timeout.Dispose();
    }

    private static byte[] Query(string name, ushort type = DnsMessage.TypeA, ushort id = 0x1234)
    {
        var query = new List<byte> { (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in name.Split('.'))
        {
            query.Add((byte)label.Length);
            query.AddRange(Encoding.ASCII.GetBytes(label));
        }
        query.AddRange([0, 0, (byte)type, 0, 1]);
        return [.. query];
    }

    private async Task<FaultHost> StartAsync(string dns)
    {
        var host = await FaultHost.StartAsync(FaultConfigurationReader.Read("test", dns), Assert.Fail);
        _hosts.Add(host);
        return host;
    }

    private async Task<byte[]> AskAsync(FaultHost host, byte[] query)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, (await host.StatusAsync()).DnsPort!.Value), _timeout.Token);
        await socket.SendAsync(query, _timeout.Token);
        var buffer = new byte[1_000];
        return buffer[..await socket.ReceiveAsync(buffer, _timeout.Token)];
    }

    private static (int Code, int Answers, byte[] Last) Parse(byte[] answer) => (answer[3] & 15, answer[7], answer[^4..]);

    [Fact]
    public async Task A_refused_reload_leaves_the_resolver_running()
    {
        var host = await StartAsync("dns: {listen: '127.0.0.1:0', hosts: {api.test: 10.1.2.3}}");
        var port = (await host.StatusAsync()).DnsPort;
        // A broadcast address: the kernel refuses to connect to it.
        await Assert.ThrowsAsync<IOException>(() => host.ApplyAsync(FaultConfigurationReader.Read("test", "dns: {listen: '127.0.0.1:0', upstream: '255.255.255.255:53'}")));
        Assert.Equal(port, (await host.StatusAsync()).DnsPort);
        Assert.Equal((0, 1), (Parse(await AskAsync(host, Query("api.test"))) is var answer ? (answer.Code, answer.Answers) : default));
    }

    [Fact]
    public async Task Own_names_are_answered_and_others_do_not_exist()
    {
        var host = await StartAsync("dns: {listen: '127.0.0.1:0', hosts: {api.test: 10.1.2.3, six.test: 'fd00::1'}}");
        var answer = await AskAsync(host, Query("API.test"));
        Assert.Equal((0x12, 0x34, 0x81), (answer[0], answer[1], answer[2]));
        var (code, count, last) = Parse(answer);
        Assert.Equal((0, 1), (code, count));
        Assert.Equal(new byte[] { 10, 1, 2, 3 }, last);
        Assert.Equal((0, 0), (Parse(await AskAsync(host, Query("api.test", DnsMessage.TypeAaaa))) is var (c, n, _) ? (c, n) : default));
        Assert.Equal((0, 1), (Parse(await AskAsync(host, Query("six.test", DnsMessage.TypeAaaa))) is var (c6, n6, _) ? (c6, n6) : default));
        Assert.Equal(DnsMessage.NameError, Parse(await AskAsync(host, Query("other.test"))).Code);
    }

    [Fact]
    public async Task Other_names_are_asked_upstream_and_the_faults_are_by_name()
    {
        var upstream = await StartAsync("dns: {listen: '127.0.0.1:0', hosts: {a.test: 10.0.0.1, b.test: 10.0.0.2, c.bad.test: 10.0.0.3}}");
        var host = await StartAsync(
            $$$"""
            dns: {listen: '127.0.0.1:0', upstream: '127.0.0.1:{{{(await upstream.StatusAsync()).DnsPort}}}'}
            rules:
              - {policy: {dns: {nxdomain: true}}, host: b.test}
              - {policy: {dns: {servfail: true, delay: 1ms}}, host: "*.bad.test"}
            """);
        Assert.Equal(new byte[] { 10, 0, 0, 1 }, Parse(await AskAsync(host, Query("a.test", id: 7))).Last);
        Assert.Equal(7, (await AskAsync(host, Query("a.test", id: 7)))[1]);
        Assert.Equal(DnsMessage.NameError, Parse(await AskAsync(host, Query("b.test"))).Code);
        Assert.Equal(DnsMessage.ServerFailure, Parse(await AskAsync(host, Query("c.bad.test"))).Code);
    }

    [Fact]
    public async Task A_timeout_is_no_answer()
    {
        var host = await StartAsync("dns: {listen: '127.0.0.1:0', hosts: {a.test: 10.0.0.1}, policy: {dns: {timeout: true}}}");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, (await host.StatusAsync()).DnsPort!.Value), _timeout.Token);
        await socket.SendAsync(Query("a.test"), _timeout.Token);
        while ((await host.StatusAsync()).Hits.SelectMany(h => h.Counters).FirstOrDefault(c => c.Name == "dns_unanswered").Value == 0)
            await Task.Delay(5, _timeout.Token);
        Assert.Equal(0, socket.Available);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 200, 1, 2, 3, 4, 5 })]
    [InlineData(new byte[] { 1, 2, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1 })]
    [InlineData(new byte[] { 1, 2, 0x81, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1 })]
    [InlineData(new byte[] { 1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 97, 97, 97, 0 })]
    public void What_is_not_one_question_is_not_answered(byte[] message) => Assert.Null(DnsMessage.ReadQuestion(message));
}
