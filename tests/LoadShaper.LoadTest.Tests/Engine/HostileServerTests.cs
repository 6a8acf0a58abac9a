using System.Net;
using System.Net.Sockets;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

/// <summary>Servers that do everything wrong: every error is named once, nothing hangs, counts stay exact.</summary>
public class HostileServerTests
{
    private static string Head(string headers) => $"HTTP/1.1 200 OK\r\n{headers}\r\n";

    private static async Task<ErrorRow> OnlyErrorOf(RunPlan plan, long expected = 10)
    {
        var result = await Plans.RunAsync(plan);
        Assert.Equal((expected, 0), (result.Total.Counts.Failed, result.Total.Counts.Completed));
        return Assert.Single(result.Errors);
    }

    private static RunPlan Ten(int port, double timeout = 20) => Plans.Open(Plans.Http(port), Plans.Get(), rate: 100, seconds: 0.1, connections: 3, timeout: timeout);

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", FailureKind.Malformed, "malformed response: the first line is not 'HTTP/1.x <status>'")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", FailureKind.Malformed, "malformed response: different Content-Length values")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ntoo long", FailureKind.Malformed, "malformed response: more bytes than the response announces")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", FailureKind.Malformed, "malformed response: a chunk is longer than its size")]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", FailureKind.Expectation, "status 503 (expected 200-399)")]
    public async Task Wrong_responses(string response, FailureKind kind, string text)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
                await connection.SendAsync(response);
        });
        var error = await OnlyErrorOf(Ten(server.Port));
        Assert.Equal((text, kind, "get", 10), (error.Text, error.Kind, error.Step, error.Count));
        Assert.Equal(10, server.Requests);
    }

    [Theory]
    [InlineData("", "connection closed before a response")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", "connection closed before the response was complete")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd", "connection closed before the response was complete")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "connection closed before the response was complete")]
    public async Task Closing_early(string response, string text)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(response);
        });
        var error = await OnlyErrorOf(Ten(server.Port));
        Assert.Equal((text, FailureKind.ClosedEarly), (error.Text, error.Kind));
    }

    [Fact]
    public async Task Resetting_the_connection()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            connection.Reset();
        });
        var error = await OnlyErrorOf(Ten(server.Port));
        Assert.Equal(("connection reset by the target (ECONNRESET) before the response was complete", FailureKind.ClosedEarly), (error.Text, error.Kind));
    }

    [Fact]
    public async Task Headers_without_an_end()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\n");
            while (true)
                await connection.SendAsync($"X-Filler: {new string('x', 1_000)}\r\n");
        });
        var error = await OnlyErrorOf(Ten(server.Port));
        Assert.Equal("malformed response: headers of more than 64 KiB", error.Text);
    }

    [Fact]
    public async Task Refusing_connections()
    {
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var result = await Plans.RunAsync(Ten(port));
        Assert.Equal((10, 10), (result.Total.Counts.Failed, result.Total.Counts.ConnectFailed));
        var error = Assert.Single(result.Errors);
        Assert.Equal(("connect: refused (ECONNREFUSED)", FailureKind.Connect), (error.Text, error.Kind));
    }

    [Fact]
    public async Task Users_pause_after_a_refused_connection()
    {
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var result = await Plans.RunAsync(Plans.Closed(Plans.Http(port), Plans.Get(), users: 2, seconds: 0.45));
        Assert.InRange(result.Total.Counts.Sent, 2, 10);
    }

    [Fact]
    public async Task Accepting_and_never_answering()
    {
        await using var server = ScriptedServer.Start(connection => connection.HoldAsync());
        var error = await OnlyErrorOf(Ten(server.Port) with { Timeouts = new RequestTimeouts(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(20)) });
        Assert.Equal(("timeout: no response within 0.1 s", FailureKind.FirstByteTimeout), (error.Text, error.Kind));
    }

    [Fact]
    public async Task A_time_out_is_recorded_at_its_full_value_from_the_intended_time()
    {
        await using var server = ScriptedServer.Start(connection => connection.HoldAsync());
        var result = await Plans.RunAsync(Ten(server.Port, timeout: 0.2));
        Assert.Equal((0, 10), (result.Total.Counts.Completed, result.Total.Counts.Failed));
        Assert.Equal(FailureKind.TotalTimeout, Assert.Single(result.Errors).Kind);
        Assert.True(result.Total.FailedResponse.Min >= 200_000);
        Assert.Equal(0, result.Total.Response.Count);
        Assert.Equal(result.Total.FailedResponse.Max, result.Total.All().Max);
    }

    [Fact]
    public async Task One_byte_at_a_time_until_the_total_time_out()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            foreach (var c in Head("Content-Length: 100000\r\n") + new string('x', 100_000))
            {
                await connection.SendAsync(c.ToString());
                await Task.Delay(20, connection.Stop);
            }
        });
        var result = await Plans.RunAsync(Ten(server.Port, timeout: 1.5));
        Assert.Equal((10, 0), (result.Total.Counts.Failed, result.Total.Counts.Completed));
        Assert.All(result.Errors, error => Assert.Equal(FailureKind.TotalTimeout, error.Kind));
        Assert.Contains(result.Errors, error => error.Text == "timeout: response not complete within 1.5 s");
    }

    [Fact]
    public async Task One_byte_at_a_time_is_a_response_when_it_is_in_time()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                foreach (var c in ScriptedServer.Ok("slow"))
                    await connection.SendAsync(c.ToString());
            }
        });
        var result = await Plans.RunAsync(Ten(server.Port));
        Assert.Equal((10, 0), (result.Total.Counts.Completed, result.Total.Counts.Failed));
    }

    [Fact]
    public async Task Never_reading_the_request_is_a_send_time_out()
    {
        await using var server = ScriptedServer.Start(connection => Task.Delay(Timeout.Infinite, connection.Stop));
        var step = Plans.Get() with { Method = "POST", Body = Template.Literal(new string('x', 16 << 20)) };
        var plan = Plans.Open(Plans.Http(server.Port), step, rate: 20, seconds: 0.1, connections: 2) with
        {
            Timeouts = new RequestTimeouts(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20)),
        };
        var error = await OnlyErrorOf(plan, expected: 2);
        Assert.Equal(("timeout: request not sent within 0.3 s", FailureKind.SendTimeout), (error.Text, error.Kind));
    }

    [Fact]
    public async Task An_answer_before_the_request_is_read_counts()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.Socket.ReceiveAsync(new byte[100], connection.Stop);
            await connection.SendAsync("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            await connection.HoldAsync();
        });
        var step = Plans.Get() with { Method = "POST", Body = Template.Literal(new string('x', 16 << 20)), Expect = new HttpExpectation { Status = [new StatusRange(413, 413)] } };
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), step, rate: 20, seconds: 0.1, connections: 2));
        Assert.Equal((2, 0), (result.Total.Counts.Completed, result.Total.Counts.Failed));
    }

    [Fact]
    public async Task A_full_listen_queue_is_a_connect_time_out()
    {
        // The socket never accepts; the kernel completes backlog + 1 connections and drops the SYN of the others.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var plan = Plans.Open(Plans.Http(port), Plans.Get(), rate: 100, seconds: 0.1, connections: 10) with
        {
            Timeouts = new RequestTimeouts(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)),
        };
        var result = await Plans.RunAsync(plan);
        var connect = Assert.Single(result.Errors, error => error.Kind == FailureKind.ConnectTimeout);
        Assert.Equal("timeout: no connection within 0.3 s", connect.Text);
        Assert.Equal(connect.Count, result.Total.Counts.ConnectFailed);
        Assert.Equal(10, result.Total.Counts.Failed);
    }

    [Fact]
    public async Task An_idle_connection_that_the_server_closes_is_no_error()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(ScriptedServer.Ok());
        });
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 1, seconds: 2, connections: 1));
        Assert.Equal((2, 0), (result.Total.Counts.Completed, result.Total.Counts.Failed));
        Assert.Equal(2, server.Accepted);
    }

    [Fact]
    public async Task Bytes_without_a_request_are_a_warning()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(ScriptedServer.Ok());
            await Task.Delay(50, connection.Stop);
            await connection.SendAsync("HTTP/1.1 408 Request Timeout\r\n\r\n");
        });
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 1, seconds: 2, connections: 1));
        Assert.Equal((2, 0), (result.Total.Counts.Completed, result.Total.Counts.Failed));
        Assert.Equal("connection.unsolicited", Assert.Single(result.Warnings).Code);
    }

    [Fact]
    public async Task A_stall_is_in_the_response_time_of_every_request_that_had_to_wait()
    {
        var release = new TaskCompletionSource();
        var requests = 0;
        await using var server = ScriptedServer.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                if (Interlocked.Increment(ref requests) == 1)
                    await release.Task;
                await connection.SendAsync(ScriptedServer.Ok());
            }
        });
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 100, seconds: 1, connections: 1, timeout: 30);
        var result = await Plans.RunAsync(plan, new ActionObserver((_, snapshot) =>
        {
            if (snapshot.Total.Counts.Offered == 100)
                release.TrySetResult();
        }));

        // The only connection was held for the whole schedule: request k waited at least 1 - k/100 s, at any speed of the machine.
        Assert.Equal(100, result.Total.Counts.Completed);
        Assert.True(result.Total.Response.Percentile(50) >= 480_000);
        Assert.True(result.Total.Response.Percentile(99) >= 970_000);
        Assert.True(result.Total.Service.Percentile(50) < result.Total.Response.Percentile(50));
    }
}
