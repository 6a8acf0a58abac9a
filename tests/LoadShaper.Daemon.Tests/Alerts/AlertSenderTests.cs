using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LoadShaper.Daemon.Alerts;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Daemon.Tests.Alerts;

/// <summary>The formats of the receivers, and what a failure is called.</summary>
public sealed class AlertSenderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly Notification AtRisk = new(
        Noon, "vm1", AlertKind.AtRisk, "", NotificationPhase.Raised, AlertSeverity.Critical, "vm1: AT RISK of being reclaimed", "40 minutes needed.");

    private static readonly Verdict Verdict = new(VerdictKind.AtRisk, null, -1.5, 18.5, 18.5, null, null, TimeSpan.Zero, 40, null);

    private readonly AlertSender _sender = new();

    public void Dispose() => _sender.Dispose();

    [Fact]
    public async Task Ntfy_gets_the_text_and_its_headers()
    {
        await using var receiver = await AlertReceiver.StartAsync();

        Assert.True((await SendAsync($"ntfy+http://127.0.0.1:{receiver.Port}/my-topic", AtRisk)).IsDelivered);
        Assert.True((await SendAsync($"ntfy+http://127.0.0.1:{receiver.Port}/my-topic", AtRisk with { Phase = NotificationPhase.Recovered, Severity = AlertSeverity.Info })).IsDelivered);

        var requests = receiver.Requests.ToArray();
        Assert.Equal(("POST", "/my-topic", "40 minutes needed."), (requests[0].Method, requests[0].Path, requests[0].Body));
        Assert.Equal(("vm1: AT RISK of being reclaimed", "urgent", "rotating_light,loadshaper"), (requests[0].Headers["Title"], requests[0].Headers["Priority"], requests[0].Headers["Tags"]));
        Assert.Equal(("default", "white_check_mark,loadshaper"), (requests[1].Headers["Priority"], requests[1].Headers["Tags"]));
    }

    [Theory]
    [InlineData("user:pa%3Ass", "Basic", "user:pa:ss")]
    [InlineData("tk_abc", "Bearer", null)]
    [InlineData(":tk_abc", "Bearer", null)]
    public async Task Credentials_are_a_header_and_not_a_part_of_the_URL(string credentials, string scheme, string? basic)
    {
        await using var receiver = await AlertReceiver.StartAsync();

        Assert.True((await SendAsync($"ntfy+http://{credentials}@127.0.0.1:{receiver.Port}/t", AtRisk)).IsDelivered);

        Assert.True(receiver.Requests.TryDequeue(out var request));
        Assert.Equal($"{scheme} {(basic is null ? "tk_abc" : Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)))}", request.Headers["Authorization"]);
        Assert.Equal($"127.0.0.1:{receiver.Port}", request.Headers["Host"]);
    }

    [Fact]
    public async Task A_webhook_gets_JSON_with_the_verdict()
    {
        await using var receiver = await AlertReceiver.StartAsync();

        Assert.True((await SendAsync($"webhook+http://127.0.0.1:{receiver.Port}/hook?key=1", AtRisk)).IsDelivered);

        Assert.True(receiver.Requests.TryDequeue(out var request));
        Assert.Equal(("POST", "/hook", "?key=1", "application/json"), (request.Method, request.Path, request.Query, request.Headers["Content-Type"]));
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal(
            "loadshaper vm1 at_risk raised critical 2026-11-21T12:00:00Z AT RISK -1.5",
            string.Join(' ', new[] { "source", "vm", "alert", "phase", "severity", "time" }.Select(name => json.RootElement.GetProperty(name).GetString()))
            + $" {json.RootElement.GetProperty("verdict").GetProperty("word")} {json.RootElement.GetProperty("verdict").GetProperty("margin_points")}");
        Assert.Equal("vm1: AT RISK of being reclaimed\n40 minutes needed.", json.RootElement.GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("subject").ValueKind);
    }

    [Fact]
    public async Task Apprise_gets_its_own_JSON_with_the_tag_of_the_URL()
    {
        await using var receiver = await AlertReceiver.StartAsync();

        Assert.True((await SendAsync($"apprise+http://127.0.0.1:{receiver.Port}/notify/key?tag=ops%20team", AtRisk)).IsDelivered);

        Assert.True(receiver.Requests.TryDequeue(out var request));
        Assert.Equal(
            ("/notify/key", "", """{"title":"vm1: AT RISK of being reclaimed","body":"40 minutes needed.","type":"failure","tag":"ops team"}"""),
            (request.Path, request.Query, request.Body));
    }

    [Fact]
    public async Task A_monitor_of_the_healthchecks_kind_gets_a_success_and_a_fail()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        var target = AlertUrl.ParseDeadman($"http://127.0.0.1:{receiver.Port}/ping/key/slug?create=1").Value!;

        Assert.True((await _sender.SendAsync(target, new DeadmanPing(true, "verdict SAFE"), default)).IsDelivered);
        Assert.True((await _sender.SendAsync(target, new DeadmanPing(false, "verdict AT RISK"), default)).IsDelivered);

        Assert.Equal(
            ["POST /ping/key/slug?create=1 verdict SAFE", "POST /ping/key/slug/fail?create=1 verdict AT RISK"],
            receiver.Requests.Select(request => $"{request.Method} {request.Path}{request.Query} {request.Body}"));
    }

    [Fact]
    public async Task Uptime_Kuma_gets_up_and_down()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        var target = AlertUrl.ParseDeadman($"http://127.0.0.1:{receiver.Port}/api/push/TOKEN?status=up&msg=OK&ping=").Value!;

        Assert.True((await _sender.SendAsync(target, new DeadmanPing(true, "verdict SAFE, margin 4.00 points"), default)).IsDelivered);
        Assert.True((await _sender.SendAsync(target, new DeadmanPing(false, "unhealthy: sampler_silent"), default)).IsDelivered);

        Assert.Equal(
            ["GET /api/push/TOKEN?status=up&msg=verdict%20SAFE%2C%20margin%204.00%20points", "GET /api/push/TOKEN?status=down&msg=unhealthy%3A%20sampler_silent"],
            receiver.Requests.Select(request => $"{request.Method} {request.Path}{request.Query}"));
    }

    [Theory]
    [InlineData(301, "HTTP 301: a redirect, which is not followed; write its target into the setting")]
    [InlineData(403, "HTTP 403: not allowed; check the credentials in the setting")]
    [InlineData(404, "HTTP 404: not found; check the path in the setting")]
    [InlineData(500, "HTTP 500")]
    public async Task A_refusal_says_what_to_check(int status, string problem)
    {
        await using var receiver = await AlertReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "http://127.0.0.1:1/SECRET";
            return Task.CompletedTask;
        });

        Assert.Equal(problem, (await SendAsync($"ntfy+http://127.0.0.1:{receiver.Port}/SECRET", AtRisk)).Problem);
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(413, true)]
    [InlineData(415, true)]
    [InlineData(422, true)]
    [InlineData(403, false)]
    [InlineData(500, false)]
    public async Task A_refused_content_is_a_rejection(int status, bool isRejected)
    {
        await using var receiver = await AlertReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(isRejected, (await SendAsync($"ntfy+http://127.0.0.1:{receiver.Port}/t", AtRisk)).IsRejected);
    }

    [Fact]
    public async Task Too_many_requests_carry_the_time_to_wait()
    {
        await using var receiver = await AlertReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        });

        Assert.Equal(new DeliveryResult("HTTP 429: too many requests", TimeSpan.FromMinutes(2)), await SendAsync($"ntfy+http://127.0.0.1:{receiver.Port}/t", AtRisk));
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var sender = new AlertSender(TimeSpan.FromMilliseconds(200));

        var result = await sender.SendAsync(Channel($"webhook+http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/SECRET"), AtRisk, null, default);

        Assert.Equal("no answer within 0.2 s", result.Problem);
    }

    [Fact]
    public async Task An_unreachable_receiver_is_a_problem_without_the_URL()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        Assert.Equal("connection refused", (await SendAsync($"webhook+http://127.0.0.1:{port}/SECRET", AtRisk)).Problem);
        Assert.Equal("the host name cannot be resolved", (await SendAsync("webhook+http://no-such-host.invalid/SECRET", AtRisk)).Problem);
    }

    [Fact]
    public async Task What_is_no_HTTP_is_a_problem()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("SSH-2.0-OpenSSH\r\n\r\n"u8.ToArray());
        });

        Assert.Equal("the answer is not valid HTTP, or the connection was lost", (await SendAsync($"webhook+http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/x", AtRisk)).Problem);
        await answering;
    }

    private Task<DeliveryResult> SendAsync(string url, Notification notification) => _sender.SendAsync(Channel(url), notification, Verdict, default);

    private static AlertChannel Channel(string url) => AlertUrl.ParseChannel(url, 1) is { Value: { } channel } ? channel : throw new ArgumentException(url);
}
