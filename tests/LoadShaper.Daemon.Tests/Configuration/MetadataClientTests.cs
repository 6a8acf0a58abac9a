using System.Net;
using System.Net.Sockets;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Platform;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>The client of Oracle's metadata service against a real HTTP server, with all the answers it may get.</summary>
public sealed class MetadataClientTests
{
    [Fact]
    public async Task It_asks_version_2_with_its_header_and_nothing_that_the_service_refuses()
    {
        await using var server = await MetadataServer.StartAsync(200, MetadataServer.A1Answer);
        var answer = await Ask(server);

        Assert.Equal(new InstanceMetadata("VM.Standard.A1.Flex", 2, 8, 2), answer.Metadata);
        var (path, headers) = Assert.Single(server.Requests);
        Assert.Equal("/opc/v2/instance/", path);
        Assert.Equal("Bearer Oracle", headers["Authorization"]);
        Assert.DoesNotContain(headers.Keys, name => name.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase) || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void By_default_it_asks_the_link_local_address_of_version_2() =>
        Assert.Equal("http://169.254.169.254/opc/v2/instance/", MetadataClient.Oracle.ToString());

    [Theory]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_may_pass_is_asked_again_three_times_at_most(int status)
    {
        await using var server = await MetadataServer.StartAsync(status, "");
        var answer = await Ask(server);

        Assert.Null(answer.Metadata);
        Assert.Equal($"the metadata service answered {status}", answer.Problem);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_throttled_service_that_recovers_is_noticed()
    {
        await using var server = await MetadataServer.StartAsync((context, n) =>
        {
            context.Response.StatusCode = n < 3 ? 429 : 200;
            return context.Response.WriteAsync(n < 3 ? "slow down" : MetadataServer.A1Answer);
        });
        Assert.Equal("VM.Standard.A1.Flex", (await Ask(server)).Metadata?.Shape);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(204)]
    public async Task What_will_not_pass_is_asked_once(int status)
    {
        await using var server = await MetadataServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        Assert.Equal($"the metadata service answered {status}", (await Ask(server)).Problem);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = await MetadataServer.StartAsync((context, n) =>
        {
            if (n == 1)
                context.Response.Redirect("/elsewhere");
            return n == 1 ? Task.CompletedTask : context.Response.WriteAsync(MetadataServer.A1Answer);
        });
        Assert.Equal("the metadata service answered 302", (await Ask(server)).Problem);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_silent_service_is_given_up()
    {
        await using var server = await MetadataServer.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        Assert.Equal("the metadata service did not answer in time", (await Ask(server, TimeSpan.FromMilliseconds(200))).Problem);
    }

    [Fact]
    public async Task A_body_that_never_ends_is_given_up()
    {
        await using var server = await MetadataServer.StartAsync(async (context, _) =>
        {
            await context.Response.WriteAsync("{\"shape\":");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        Assert.Equal("the metadata service did not answer in time", (await Ask(server, TimeSpan.FromMilliseconds(500))).Problem);
    }

    [Fact]
    public async Task More_than_64_KiB_is_not_taken()
    {
        await using var server = await MetadataServer.StartAsync(200, $"{{\"shape\":\"{new string('A', 1_000_000)}\"}}");
        Assert.StartsWith("the metadata service cannot be asked", (await Ask(server)).Problem);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_an_answer_too()
    {
        await using var server = await MetadataServer.StartAsync((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        Assert.StartsWith("the metadata service cannot be asked", (await Ask(server)).Problem);
    }

    [Fact]
    public async Task No_listener_is_an_answer_too()
    {
        int port;
        using (var taken = new TcpListener(IPAddress.Loopback, 0))
        {
            taken.Start();
            port = ((IPEndPoint)taken.LocalEndpoint).Port;
        }
        using var client = new MetadataClient(new Uri($"http://127.0.0.1:{port}/"), TimeSpan.FromSeconds(10), pause: TimeSpan.Zero);
        Assert.StartsWith("the metadata service cannot be asked", (await client.ReadAsync()).Problem);
    }

    [Theory]
    [InlineData("garbage", "no JSON")]
    [InlineData("", "no JSON")]
    [InlineData("<html>captive portal</html>", "no JSON")]
    [InlineData("""{"shape":"\ud800"}""", "no JSON")]
    [InlineData("""{"\ud800":1,"shape":5}""", "named no shape")]
    [InlineData("[]", "named no shape")]
    [InlineData("""[{"shape":"VM.Standard.E2.1.Micro"}]""", "named no shape")]
    [InlineData("5", "named no shape")]
    [InlineData("true", "named no shape")]
    [InlineData("\"VM.Standard.E2.1.Micro\"", "named no shape")]
    [InlineData("""{"shape":["VM.Standard.E2.1.Micro"]}""", "named no shape")]
    [InlineData("""{"shape":{"name":"VM.Standard.E2.1.Micro"}}""", "named no shape")]
    [InlineData("null", "named no shape")]
    [InlineData("{}", "named no shape")]
    [InlineData("""{"shape":5}""", "named no shape")]
    [InlineData("""{"shape":""}""", "named no shape")]
    [InlineData("""{"shape":"VM Standard;rm"}""", "named no shape")]
    [InlineData("""{"shape":null}""", "named no shape")]
    public async Task A_body_that_is_not_Oracles_is_refused(string body, string why)
    {
        await using var server = await MetadataServer.StartAsync(200, body);
        var answer = await Ask(server);
        Assert.Null(answer.Metadata);
        Assert.Contains(why, answer.Problem);
    }

    [Theory]
    [InlineData("""{"shape":"VM.Standard.E2.1.Micro"}""")]
    [InlineData("""{"shape":"VM.Standard.E2.1.Micro","shapeConfig":null}""")]
    [InlineData("""{"shape":"VM.Standard.E2.1.Micro","shapeConfig":[1,2]}""")]
    [InlineData("""{"shape":"VM.Standard.E2.1.Micro","shapeConfig":"2"}""")]
    [InlineData("""{"shape":"VM.Standard.E2.1.Micro","shapeConfig":{"ocpus":[2],"memoryInGBs":{},"networkingBandwidthInGbps":true}}""")]
    [InlineData("""{"shape":"VM.Standard.E2.1.Micro","shapeConfig":{"ocpus":"2","memoryInGBs":-1,"networkingBandwidthInGbps":1e300}}""")]
    public void Figures_that_are_missing_or_mad_are_left_out(string body) =>
        Assert.Equal(new InstanceMetadata("VM.Standard.E2.1.Micro"), MetadataClient.Parse(body).Metadata);

    [Fact]
    public async Task A_charset_that_does_not_exist_is_not_looked_up()
    {
        await using var server = await MetadataServer.StartAsync((context, _) =>
        {
            context.Response.Headers.ContentType = "application/json; charset=klingon";
            return context.Response.WriteAsync("\ufeff" + MetadataServer.A1Answer);
        });
        Assert.Equal("VM.Standard.A1.Flex", (await Ask(server)).Metadata?.Shape);
    }

    private static async Task<MetadataAnswer> Ask(MetadataServer server, TimeSpan? timeout = null)
    {
        using var client = new MetadataClient(server.Address, timeout ?? TimeSpan.FromSeconds(30), pause: TimeSpan.Zero);
        return await client.ReadAsync();
    }
}
