using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

public class HttpEngineTests
{
    [Fact]
    public async Task An_open_run_sends_rate_times_duration_and_the_server_sees_as_many()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get("/a?b=c"), rate: 400, seconds: 0.5));

        Assert.Equal((RunEnd.Finished, null), (result.End, result.StopReason));
        Assert.Equal((200, 200, 200, 0, 0), Numbers(result));
        Assert.Equal(200, server.Requests);
        Assert.True(server.TryHead(out var head));
        Assert.Equal($"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nUser-Agent: loadshaper\r\n\r\n", head);
        Assert.Equal(200, result.Total.StatusClasses[2]);
        Assert.Equal(200 * 40, result.Total.Counts.BytesReceived);
        Assert.Equal(200 * head.Length, result.Total.Counts.BytesSent);
        Assert.InRange(server.Accepted, 1, 4);
    }

    [Fact]
    public async Task A_closed_run_keeps_one_request_per_user_in_flight_and_counts_what_the_server_saw()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var result = await Plans.RunAsync(Plans.Closed(Plans.Http(server.Port), Plans.Get(), users: 3));

        Assert.True(result.Total.Counts.Completed > 3);
        Assert.Equal(server.Requests, result.Total.Counts.Completed);
        Assert.Equal(0, result.Total.Counts.Failed);
        Assert.Equal(3, server.Accepted);
    }

    [Fact]
    public async Task Never_more_than_the_connections_are_in_flight_and_the_rest_is_unsent()
    {
        var (now, most) = (0, 0);
        var gate = new TaskCompletionSource();
        await using var server = ScriptedServer.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await gate.Task;
                Interlocked.Decrement(ref now);
                await connection.SendAsync(ScriptedServer.Ok());
            }
        });
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 100, seconds: 0.5, connections: 5) with { LateAfter = TimeSpan.FromMilliseconds(10) };
        var run = Plans.RunAsync(plan, new ActionObserver((_, snapshot) =>
        {
            if (snapshot.InFlight == 5 && snapshot.Total.Counts.Unsent == 45)
                gate.TrySetResult();
        }));
        var result = await run;

        Assert.Equal((50, 5, 5, 0, 45), Numbers(result));
        Assert.Equal(5, most);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")]
    public async Task Kinds_of_responses_keep_the_connection(string response)
    {
        await using var server = ScriptedServer.Answering(response);
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get(), connections: 1));
        Assert.Equal((100, 100, 100, 0, 0), Numbers(result));
        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public async Task HEAD_responses_have_no_body()
    {
        await using var server = ScriptedServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get() with { Method = "HEAD" }, connections: 1));
        Assert.Equal(100, result.Total.Counts.Completed);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nuntil the end", true)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false)]
    public async Task Responses_that_end_the_connection_complete_and_a_new_one_is_made(string response, bool close)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(response);
            if (!close)
                await connection.HoldAsync();
        });
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 100));
        Assert.Equal((50, 50, 50, 0, 0), Numbers(result));
        Assert.Equal(50, server.Accepted);
    }

    [Fact]
    public async Task Without_keep_alive_every_request_has_its_connection()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get() with { KeepAlive = false }, rate: 100));
        Assert.Equal((50, 50, 50, 0, 0), Numbers(result));
        Assert.Equal(50, server.Accepted);
        Assert.True(server.TryHead(out var head));
        Assert.Contains("\r\nConnection: close\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_larger_than_the_socket_buffers_is_sent_in_parts_and_received_whole()
    {
        var body = new string('x', 4_000_000);
        var received = 0L;
        await using var server = ScriptedServer.Start(async connection =>
        {
            var buffer = new byte[1 << 16];
            while (true)
            {
                var total = 0;
                while (total < 4_000_000)
                {
                    var count = await connection.Socket.ReceiveAsync(buffer, connection.Stop);
                    if (count == 0)
                        return;
                    total += count;
                }

                // What is beyond the body is the head, since requests come one at a time.
                Interlocked.Add(ref received, total);
                var (head, rest) = (Encode(4_000_000), total);
                while (rest < 4_000_000 + head)
                    rest += await connection.Socket.ReceiveAsync(buffer, connection.Stop);
                await connection.SendAsync(ScriptedServer.Ok(new string('y', 300_000)));
            }

            static int Encode(int length) => $"POST / HTTP/1.1\r\nHost: x\r\nUser-Agent: loadshaper\r\nContent-Length: {length}\r\n\r\n".Length;
        });
        var target = Plans.Http(server.Port) with { HostHeader = "x" };
        var step = Plans.Get() with { Method = "POST", Body = Template.Literal(body) };
        var result = await Plans.RunAsync(Plans.Open(target, step, rate: 10, seconds: 0.5, connections: 2, timeout: 30));
        Assert.Equal((5, 5, 5, 0, 0), Numbers(result));
        Assert.True(result.Total.Counts.BytesReceived > 5 * 300_000);
    }

    [Fact]
    public async Task Warm_up_is_reported_apart()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 100, seconds: 0.3) with { Warmup = TimeSpan.FromSeconds(0.2) };
        var result = await Plans.RunAsync(plan);
        Assert.Equal((30, 30, 30, 0, 0), Numbers(result));
        Assert.Equal((20, 20, 20), (result.Warmup.Offered, result.Warmup.Sent, result.Warmup.Completed));
        Assert.Equal(50, server.Requests);
        Assert.Equal(TimeSpan.FromSeconds(-0.2), result.Timeline[0].Start);
        Assert.True(result.Timeline[0].Warmup);
    }

    [Fact]
    public async Task Unix_sockets_work()
    {
        var path = Path.Combine(Path.GetTempPath(), $"loadtest-{Guid.NewGuid():N}.sock");
        await using var server = ScriptedServer.StartUnix(path, connection => ScriptedServer.AnswerAsync(connection, ScriptedServer.Ok()));
        var target = new LoadTarget { Name = "unix", Protocol = TargetProtocol.Http, UnixSocketPath = path };
        var result = await Plans.RunAsync(Plans.Open(target, Plans.Get()));
        File.Delete(path);
        Assert.Equal((100, 100, 100, 0, 0), Numbers(result));
        Assert.True(server.TryHead(out var head));
        Assert.Contains("Host: localhost\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_address_of_a_target_is_used()
    {
        await using var server = ScriptedServer.Answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        var target = Plans.Http(server.Port) with { Host = "service.test", Addresses = [System.Net.IPAddress.Loopback, System.Net.IPAddress.Parse("127.0.0.2")] };
        var result = await Plans.RunAsync(Plans.Open(target, Plans.Get(), rate: 100, seconds: 0.4));

        // The server listens on the first address only.
        Assert.Equal((40, 40, 20, 20, 0), Numbers(result));
        Assert.Equal(("connect: refused (ECONNREFUSED)", FailureKind.Connect), (result.Errors[0].Text, result.Errors[0].Kind));
    }

    private static (long Offered, long Sent, long Completed, long Failed, long Unsent) Numbers(RunResult result)
    {
        var counts = result.Total.Counts;
        return (counts.Offered, counts.Sent, counts.Completed, counts.Failed, counts.Unsent);
    }
}
