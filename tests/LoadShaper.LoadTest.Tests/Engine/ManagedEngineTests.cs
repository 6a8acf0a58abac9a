using LoadShaper.LoadTest.Engine.Managed;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

public class ManagedEngineTests
{
    private static LoadTarget Target(TargetProtocol protocol, int port) =>
        new() { Name = $"{protocol} {port}", Protocol = protocol, Host = "127.0.0.1", Port = port, AllowAnyCertificate = true };

    private static RunPlan Plan(TargetProtocol protocol, int port, LoadStep? step = null, double rate = 200, double seconds = 0.25, double timeout = 20) =>
        Plans.Open(Target(protocol, port), step ?? Plans.Get(), rate, seconds, connections: 8, timeout: timeout);

    [Theory]
    [InlineData(TargetProtocol.Https, HttpProtocols.Http1, true, "HTTP/1.1")]
    [InlineData(TargetProtocol.Http2, HttpProtocols.Http2, true, "HTTP/2")]
    [InlineData(TargetProtocol.Http2Cleartext, HttpProtocols.Http2, false, "HTTP/2")]
    public async Task Tls_and_http2_requests_complete_and_are_counted_exactly(TargetProtocol protocol, HttpProtocols server, bool tls, string version)
    {
        await using var target = await WebServer.StartAsync(server, tls, context =>
        {
            context.Response.StatusCode = context.Request.Protocol == version ? 200 : 500;
            return context.Response.WriteAsync("hello");
        });
        var result = await Plans.RunAsync(Plan(protocol, target.Port));
        Assert.Equal((50, 50, 0), (result.Total.Counts.Sent, result.Total.Counts.Completed, result.Total.Counts.Failed));
        Assert.Equal(50, target.Requests);
        Assert.Equal(250, result.Total.Counts.BytesReceived);
        Assert.Equal(("SocketsHttpHandler", HandlerFactory.Limit), (result.Health.Engine, result.Health.EngineLimit));
        Assert.Contains(result.Warnings, warning => warning.Code == "engine.limit");
    }

    [Fact]
    public async Task Flows_extract_and_send_over_tls()
    {
        await using var target = await WebServer.StartAsync(HttpProtocols.Http1, tls: true, async context =>
        {
            if (context.Request.Path == "/login")
            {
                context.Response.Headers["X-Token"] = "secret";
                await context.Response.WriteAsync("{\"id\":7}");
                return;
            }

            using var reader = new StreamReader(context.Request.Body);
            var good = context.Request.Path == "/use/7" && context.Request.Headers.Authorization == "secret"
                && context.Request.ContentType == "application/json" && await reader.ReadToEndAsync() == "{}";
            context.Response.StatusCode = good ? 200 : 400;
        });
        var login = Plans.Get("/login", "login") with { Extract = [Extraction.Json("id", "$.id"), Extraction.Header("token", "X-Token")] };
        var use = new HttpStep
        {
            Name = "use",
            Method = "POST",
            Path = Template.Of([TemplatePart.Text("/use/"), TemplatePart.Of(Variable.Extracted("id"))]),
            Headers = [new HeaderTemplate("Authorization", Template.Of([TemplatePart.Of(Variable.Extracted("token"))])), new HeaderTemplate("Content-Type", Template.Literal("application/json"))],
            Body = Template.Literal("{}"),
        };
        var plan = Plan(TargetProtocol.Https, target.Port, login, rate: 50, seconds: 0.2) with { Flows = [new Flow("f", 1, [login, use])] };
        var result = await Plans.RunAsync(plan);
        Assert.Equal((20, 0), (result.Total.Counts.Completed, result.Total.Counts.Failed));
    }

    [Fact]
    public async Task An_untrusted_certificate_is_a_tls_failure()
    {
        await using var target = await WebServer.StartAsync(HttpProtocols.Http1, tls: true, context => context.Response.WriteAsync("hello"));
        var plan = Plan(TargetProtocol.Https, target.Port, rate: 50, seconds: 0.1);
        var result = await Plans.RunAsync(plan with { Targets = [plan.Targets[0] with { AllowAnyCertificate = false }] });
        Assert.Equal((0, 5, 5), (result.Total.Counts.Completed, result.Total.Counts.Failed, result.Total.Counts.ConnectFailed));
        Assert.Equal(FailureKind.Tls, Assert.Single(result.Errors).Kind);
        Assert.Equal(0, target.Requests);
    }

    [Fact]
    public async Task A_server_without_tls_is_a_tls_failure()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        await using var garbage = ScriptedServer.Start(connection => connection.SendAsync("this is not a TLS record at all"));
        var result = await Plans.RunAsync(Plan(TargetProtocol.Https, garbage.Port, rate: 50, seconds: 0.1));
        Assert.Equal(5, result.Total.Counts.Failed);
        Assert.All(result.Errors, error => Assert.Equal(FailureKind.Tls, error.Kind));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_timed_out()
    {
        await using var target = await WebServer.StartAsync(HttpProtocols.Http1, tls: true, context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var result = await Plans.RunAsync(Plan(TargetProtocol.Https, target.Port, rate: 50, seconds: 0.1, timeout: 1));
        Assert.Equal(5, result.Total.Counts.Failed);
        Assert.All(result.Errors, error => Assert.Equal(FailureKind.TotalTimeout, error.Kind));
        Assert.True(result.Total.FailedResponse.Min >= 1_000_000);
    }

    [Fact]
    public async Task Refused_connections_and_wrong_status_are_named()
    {
        var target = await WebServer.StartAsync(HttpProtocols.Http2, tls: false, context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        var result = await Plans.RunAsync(Plan(TargetProtocol.Http2Cleartext, target.Port, rate: 50, seconds: 0.1));
        Assert.Equal("status 503 (expected 200-399)", Assert.Single(result.Errors).Text);
        await target.DisposeAsync();

        var refused = await Plans.RunAsync(Plan(TargetProtocol.Http2Cleartext, target.Port, rate: 50, seconds: 0.1));
        Assert.Equal(("connect: refused (ECONNREFUSED)", 5), (Assert.Single(refused.Errors).Text, refused.Total.Counts.ConnectFailed));
    }

    [Fact]
    public void Echo_steps_cannot_be_combined_with_tls()
    {
        var plan = Plan(TargetProtocol.Https, 443);
        var problems = (plan with { Targets = [plan.Targets[0], new LoadTarget { Name = "echo", Protocol = TargetProtocol.UdpEcho, Host = "::1", Port = 7 }] }).Validate();
        Assert.Equal(["echo: UdpEcho cannot be combined with https or HTTP/2 in one run"], problems);
    }
}
