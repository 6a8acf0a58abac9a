using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LoadShaper.Daemon.Oracle;
using LoadShaper.Daemon.Tests.Configuration;
using Xunit;

namespace LoadShaper.Daemon.Tests.Oracle;

[Collection(ProxyOfTheProcess.Name)]
public sealed class OracleProxyTests
{
    [Fact]
    public async Task A_proxy_that_refuses_is_a_problem_without_its_credentials()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var answering = AnswerAsync(proxy);
        var before = HttpClient.DefaultProxy;
        try
        {
            HttpClient.DefaultProxy = new WebProxy($"http://user:SECRET@127.0.0.1:{((IPEndPoint)proxy.LocalEndpoint).Port}");
            using var http = new OracleHttp(TimeProvider.System, TimeSpan.FromSeconds(30));
            using var key = RSA.Create(2048);

            var failure = await Assert.ThrowsAsync<OracleException>(() =>
                http.PostAsync("telemetry", new Uri("https://telemetry.invalid/"), "{}", key, "id", signsHost: true, default));

            Assert.Equal("telemetry (telemetry.invalid) cannot be reached: the proxy of the environment refused the connection", failure.Problem.Found);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
        await answering;
    }

    private static async Task AnswerAsync(TcpListener proxy)
    {
        using var client = await proxy.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        while (await reader.ReadLineAsync() is not (null or ""))
        {
        }
        await client.GetStream().WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
    }
}
