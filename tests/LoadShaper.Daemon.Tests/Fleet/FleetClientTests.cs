using System.Net;
using System.Net.Sockets;
using LoadShaper.Daemon.Fleet;
using LoadShaper.Daemon.Tests.Alerts;
using LoadShaper.Daemon.Tests.Supervision;
using LoadShaper.Domain.Fleet;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace LoadShaper.Daemon.Tests.Fleet;

public sealed class FleetClientTests
{
    [Fact]
    public async Task A_real_daemon_is_read()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.ChildAsync("health");
        using var client = new FleetClient(TimeSpan.FromSeconds(30));

        var reading = Assert.Single(await client.ReadAsync(Peers($"a={daemon.Health}")));

        Assert.Equal((null, "UNKNOWN", BuildInfo.Version), (reading.Problem, reading.Report!.Verdict, reading.Report.Version));
    }

    [Fact]
    public async Task An_unhealthy_daemon_is_read_as_well_as_a_safe_one()
    {
        await using var peer = await AlertReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return context.Response.WriteAsync("""{"status":"unhealthy","verdict":{"word":"SAFE","margin_points":4.25,"turns_at":"2026-11-28T08:00:00Z"},"version":"0.1.0"}""");
        });
        using var client = new FleetClient(TimeSpan.FromSeconds(30));

        var reading = Assert.Single(await client.ReadAsync(Peers($"a=http://127.0.0.1:{peer.Port}/vm1")));

        Assert.Equal(new FleetReport("unhealthy", "SAFE", 4.25, new DateTimeOffset(2026, 11, 28, 8, 0, 0, TimeSpan.Zero), "0.1.0"), reading.Report);
        Assert.Equal("/vm1/health", Assert.Single(peer.Requests).Path);
    }

    [Theory]
    [InlineData("nginx", "HTTP 200, and not the /health of a LoadShaper")]
    [InlineData("""{"status":"ok"}""", "HTTP 200, and not the /health of a LoadShaper")]
    [InlineData("""{"status":"heal\u001b[2Jthy"}""", "HTTP 200, and not the /health of a LoadShaper")]
    [InlineData("""{"status":"\ud800"}""", "HTTP 200, and not the /health of a LoadShaper")]
    [InlineData("""[1]""", "HTTP 200, and not the /health of a LoadShaper")]
    [InlineData("", "HTTP 200, and not the /health of a LoadShaper")]
    public async Task Another_service_is_not_taken_for_a_peer(string body, string problem)
    {
        await using var peer = await AlertReceiver.StartAsync(context => context.Response.WriteAsync(body));
        using var client = new FleetClient(TimeSpan.FromSeconds(30));

        Assert.Equal(problem, Assert.Single(await client.ReadAsync(Peers($"a=http://127.0.0.1:{peer.Port}"))).Problem);
    }

    [Fact]
    public async Task A_margin_that_is_no_finite_number_is_left_out()
    {
        await using var peer = await AlertReceiver.StartAsync(context => context.Response.WriteAsync("""{"status":"healthy","verdict":{"word":"SAFE","margin_points":1e999}}"""));
        using var client = new FleetClient(TimeSpan.FromSeconds(30));

        Assert.Equal(new FleetReport("healthy", "SAFE", null, null, null), Assert.Single(await client.ReadAsync(Peers($"a=http://127.0.0.1:{peer.Port}"))).Report);
    }

    [Fact]
    public async Task A_request_that_cannot_be_made_is_a_reading_and_the_other_peers_are_read()
    {
        await using var peer = await AlertReceiver.StartAsync(context => context.Response.WriteAsync("""{"status":"healthy"}"""));
        using var client = new FleetClient(TimeSpan.FromSeconds(30));

        // A line feed cannot be a part of a header.
        var readings = await client.ReadAsync(Peers($"a=http://to%0Aken@127.0.0.1:{peer.Port},b=http://127.0.0.1:{peer.Port}"));

        Assert.Equal(["the request failed (FormatException)", null], readings.Select(reading => reading.Problem));
    }

    [Fact]
    public async Task Credentials_of_the_URL_are_sent()
    {
        await using var peer = await AlertReceiver.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization == "Basic " + Convert.ToBase64String("user:pass"u8))
                return context.Response.WriteAsync("""{"status":"healthy"}""");
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        using var client = new FleetClient(TimeSpan.FromSeconds(30));

        Assert.Null(Assert.Single(await client.ReadAsync(Peers($"a=http://user:pass@127.0.0.1:{peer.Port}"))).Problem);
    }

    [Fact]
    public async Task A_name_that_the_peer_does_not_answer_to_is_named_with_the_setting_that_allows_it()
    {
        await using var peer = await AlertReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = 421;
            return context.Response.WriteAsync("{}");
        });
        using var client = new FleetClient(TimeSpan.FromSeconds(30));

        Assert.Equal(
            "HTTP 421: the name in FLEET_PEERS is not in its HEALTH_ALLOWED_HOSTS",
            Assert.Single(await client.ReadAsync(Peers($"a=http://127.0.0.1:{peer.Port}"))).Problem);
    }

    [Fact]
    public async Task An_answer_without_end_is_given_up()
    {
        await using var peer = await AlertReceiver.StartAsync(async context =>
        {
            var block = new byte[64 * 1024];
            for (var i = 0; i < 16; i++)
                await context.Response.Body.WriteAsync(block);
        });
        using var client = new FleetClient(TimeSpan.FromSeconds(30));

        Assert.Equal("the answer is too large", Assert.Single(await client.ReadAsync(Peers($"a=http://127.0.0.1:{peer.Port}"))).Problem);
    }

    [Fact]
    public async Task One_silent_peer_holds_up_no_other()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var peer = await AlertReceiver.StartAsync(context => context.Response.WriteAsync("""{"status":"healthy"}"""));
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        using var client = new FleetClient(TimeSpan.FromSeconds(5));

        var readings = await client.ReadAsync(Peers($"a=http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port},b=http://127.0.0.1:{peer.Port},c=http://127.0.0.1:{port}"));

        Assert.Equal(["no answer within 5 s", null, "connection refused"], readings.Select(reading => reading.Problem));
        Assert.Equal("UNKNOWN", readings[1].Report!.Verdict);
    }

    private static IReadOnlyList<FleetPeer> Peers(string text) => FleetPolicy.Parse(text).Value!;
}
