using System.Net;
using LoadShaper.Daemon.Health.Http;
using LoadShaper.Daemon.Tests.Supervision;
using LoadShaper.Domain.Admission;
using LoadShaper.Domain.Health;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health.Http;

/// <summary>The whole daemon against clients that do not behave, over real sockets.</summary>
public sealed class HardeningTests
{
    [Theory]
    [InlineData("POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab", "405 Method Not Allowed")]
    [InlineData("BREW /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "405 Method Not Allowed")]
    [InlineData("TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "405 Method Not Allowed")]
    [InlineData("GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab", "413 ")]
    [InlineData("GET /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n0\r\n\r\n", "413 ")]
    [InlineData("GET /health HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n", "421 Misdirected Request")]
    [InlineData("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /health HTTP/3.0\r\nHost: localhost\r\n\r\n", "505 ")]
    [InlineData("nonsense\r\n\r\n", "400 Bad Request")]
    public async Task What_is_not_a_plain_read_is_refused(string request, string status)
    {
        await using var daemon = await RunningDaemon.StartAsync();

        var answer = await RawClient.AskAsync(daemon.Health, request);

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        if (status.StartsWith("405", StringComparison.Ordinal))
            Assert.Contains("\r\nAllow: GET, HEAD\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_without_a_name_and_a_configured_name_are_answered()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            RunningDaemon.Quick with { Health = new HealthSettings { AllowedHosts = ["status.example.com"] } });
        await daemon.ChildAsync("health");

        foreach (var request in new[]
        {
            "GET /live HTTP/1.0\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: status.example.com:8443\r\nConnection: close\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: 10.1.2.3\r\nConnection: close\r\n\r\n",
            $"GET /live HTTP/1.1\r\nHost: {Environment.MachineName}\r\nConnection: close\r\n\r\n",
        })
            Assert.DoesNotContain(" 421 ", (await RawClient.AskAsync(daemon.Health, request)).Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oversized_request_lines_and_headers_are_refused()
    {
        await using var daemon = await RunningDaemon.StartAsync();

        var line = await RawClient.AskAsync(daemon.Health, $"GET /{new string('a', 4096)} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var header = await RawClient.AskAsync(daemon.Health, $"GET /health HTTP/1.1\r\nHost: localhost\r\nX: {new string('a', 2 * HttpLimits.Headers)}\r\n\r\n");
        var many = await RawClient.AskAsync(daemon.Health, $"GET /health HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: a\r\n"))}\r\n");

        Assert.StartsWith("HTTP/1.1 414 ", line, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431 ", header, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431 ", many, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_has_the_security_headers_and_no_server_name()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.ChildAsync("health");

        foreach (var path in new[] { "/health", "/metrics", "/live", "/nothing" })
        {
            using var answer = await daemon.Client.GetAsync(new Uri(daemon.Health, path));

            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Contains("frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.True(answer.Headers.CacheControl?.NoStore);
            Assert.Empty(answer.Headers.Server);
        }
    }

    [Fact]
    public async Task Connections_that_send_half_a_request_are_bounded_and_cut_off_and_then_health_is_answered()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.ChildAsync("health");
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                clients.Add(await RawClient.ConnectAsync(daemon.Health));
                await clients[^1].SendAsync("GET /health HTTP/1.1\r\nHost: localhost\r\nX-");
            }

            var ends = await Task.WhenAll(clients.Select(client => client.ReadToEndAsync()));

            // A connection over the limit is closed without a word, the others by the time limit for headers.
            Assert.True(ends.Count(end => end == "") >= 300 - HttpLimits.Connections, "connections over the limit are closed");
            Assert.DoesNotContain(ends, end => end.StartsWith("HTTP/1.1 200", StringComparison.Ordinal));
            Assert.True((await AnsweredAsync(daemon)) is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Theory]
    [InlineData(8, 200)]
    [InlineData(100, 200)]
    [InlineData(1000, 2000)]
    public void More_connections_are_accepted_than_requests_are_answered_at_once(int requests, long connections)
    {
        var options = new KestrelServerOptions();

        HttpLimits.Apply(options, new HealthSettings { Limits = new AdmissionLimits { Concurrent = requests } });

        Assert.Equal(connections, options.Limits.MaxConcurrentConnections);
    }

    [Fact]
    public async Task After_a_flood_health_is_answered_and_decisions_went_on()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.ChildAsync("health");

        var codes = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => FloodAsync(daemon, requests: 20)));

        Assert.All(codes.SelectMany(c => c), code => Assert.Contains(code, new[] { 200, 429 }));
        Assert.True((await AnsweredAsync(daemon)) is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable);
        var metrics = await daemon.GetAsync("/metrics");
        Assert.True(metrics.GetProperty("resource_status").GetProperty("requests_per_minute").GetInt32() >= 1200);
        Assert.Empty(daemon.Fatal);
    }

    private static async Task<IReadOnlyList<int>> FloodAsync(RunningDaemon daemon, int requests)
    {
        var codes = new List<int>();
        for (var i = 0; i < requests; i++)
        {
            using var answer = await daemon.Client.GetAsync(new Uri(daemon.Health, "/metrics"));
            codes.Add((int)answer.StatusCode);
        }
        return codes;
    }

    private static async Task<HttpStatusCode> AnsweredAsync(RunningDaemon daemon)
    {
        using var answer = await daemon.Client.GetAsync(new Uri(daemon.Health, "/health"));
        return answer.StatusCode;
    }
}
