using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Nodes;

public sealed class SecurityTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("loadshaper-tls-");

    public void Dispose() => _directory.Delete(true);

    [Fact]
    public async Task Workers_with_the_certificate_join()
    {
        using var certificate = Create("cluster.pem");
        await using var cluster = await TestCluster.StartAsync(new CoordinatorOptions { Certificate = certificate });
        var worker = cluster.Worker("w1", certificate: certificate);

        await cluster.JoinedAsync(1);
        await cluster.Coordinator.DisposeAsync();

        Assert.Equal(LoadExitCode.Ok, await worker);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_intruder_with_another_or_no_certificate_joins_nothing(bool another)
    {
        using var certificate = Create("cluster.pem");
        using var foreign = another ? Create("foreign.pem") : null;
        var refusals = new ConcurrentQueue<string>();
        await using var cluster = await TestCluster.StartAsync(new CoordinatorOptions { Certificate = certificate, Log = refusals.Enqueue });
        List<string> log = [];
        var seen = new List<WorkerProgress>();
        var waiting = cluster.Coordinator.WaitForWorkersAsync(1, seen.Add, cluster.Cancel);

        // It is never answered, so it ends when its lease, which began with its start, is over.
        Assert.Equal(LoadExitCode.WorkersLost, await cluster.Worker("intruder", certificate: foreign, log: log));
        Assert.Contains(another ? "TLS handshake with 127.0.0.1 refused: the certificates differ" : "did not answer as a coordinator", Assert.Single(log), StringComparison.Ordinal);
        // Where the worker has refused the coordinator's certificate first, the coordinator sees a connection that was closed, as of a port scan.
        Assert.All(refusals, line => Assert.StartsWith(another ? "TLS handshake from 127.0.0.1 refused: the certificates differ." : "TLS handshake from 127.0.0.1 refused: the program there does not use TLS.", line, StringComparison.Ordinal));
        Assert.InRange(refusals.Count, another ? 0 : 1, 1);

        Assert.Empty(seen);
        Assert.Empty(await cluster.Coordinator.WorkersAsync());
        _ = cluster.Worker("w1", certificate: certificate);
        Assert.Equal("w1", Assert.Single(await waiting).Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Garbage_and_port_scans_disturb_nothing(bool tls)
    {
        using var certificate = tls ? Create("cluster.pem") : null;
        var log = new List<string>();
        await using var cluster = await TestCluster.StartAsync(new CoordinatorOptions { Certificate = certificate, Log = log.Add });
        _ = cluster.Worker("w1", certificate: certificate);
        await cluster.JoinedAsync(1);

        foreach (var length in new[] { 0, 1, 4, 5, 1_000, 1 << 20 })
            await SendAsync(cluster.Coordinator.Address, RandomNumberGenerator.GetBytes(length));
        // A frame whose length is the largest possible, and one that is an empty message.
        await SendAsync(cluster.Coordinator.Address, [0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3]);
        await SendAsync(cluster.Coordinator.Address, [0, 0, 0, 0]);
        await SendAsync(cluster.Coordinator.Address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        if (tls)
            await HandshakeAsync(cluster.Coordinator.Address);

        _ = cluster.Worker("w2", certificate: certificate);
        await cluster.JoinedAsync(2);
        // Once for an address and a cause.
        Assert.True(log.Count <= (tls ? 2 : 0), string.Join('\n', log));
        Assert.All(log, line => Assert.StartsWith("TLS handshake from 127.0.0.1 refused: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_with_a_certificate_does_not_join_a_coordinator_without_one()
    {
        using var certificate = Create("cluster.pem");
        await using var cluster = await TestCluster.StartAsync();
        List<string> log = [];

        Assert.Equal(LoadExitCode.WorkersLost, await cluster.Worker("w1", certificate: certificate, log: log));

        Assert.Contains("both or neither have --certificate FILE", Assert.Single(log), StringComparison.Ordinal);
    }

    private ClusterCertificate Create(string name) => ClusterCertificate.Create(Path.Combine(_directory.FullName, name), DateTimeOffset.UtcNow);

    private static async Task SendAsync(ClusterAddress address, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        try
        {
            await client.GetStream().WriteAsync(bytes);
        }
        catch (IOException)
        {
            // Closed by the coordinator before everything was sent.
        }
    }

    private static async Task HandshakeAsync(ClusterAddress address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        try
        {
            await tls.AuthenticateAsClientAsync("localhost");
            Assert.Equal(0, await tls.ReadAsync(new byte[1]));
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // Refused without a certificate of the client.
        }
    }
}
