using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

public class FlowTests
{
    private static Template Text(params object[] parts) => Template.Of(parts.Select(part => part switch
    {
        string text => TemplatePart.Text(text),
        Variable variable => TemplatePart.Of(variable),
        _ => throw new ArgumentException("Text or variable", nameof(parts)),
    }));

    private static string PathOf(string request) => request.Split(' ')[1];

    [Fact]
    public async Task Rows_of_a_data_table_are_used_in_order_and_an_index_is_unique()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var table = new DataTable.Builder("ids.csv", ["id", "name"]).Add("1", "ann").Add("22", "bo").Add("333", "").Build();
        var step = Plans.Get() with
        {
            Method = "POST",
            Path = Text("/items/", Variable.OfColumn("id", 0, 0), "?n=", Variable.Index()),
            Headers = [new HeaderTemplate("X-Name", Text(Variable.OfColumn("name", 0, 1)))],
            Body = Text("{\"id\":", Variable.OfColumn("id", 0, 0), "}"),
        };
        var plan = Plans.Open(Plans.Http(server.Port), step, rate: 60, seconds: 0.1, connections: 1) with { Data = [table] };
        var result = await Plans.RunAsync(plan);

        Assert.Equal(6, result.Total.Counts.Completed);
        Assert.Equal(["/items/1?n=0", "/items/22?n=1", "/items/333?n=2", "/items/1?n=3", "/items/22?n=4", "/items/333?n=5"], server.Heads.Select(PathOf));
        var second = server.Heads.ElementAt(1);
        Assert.Contains("X-Name: bo\r\n", second, StringComparison.Ordinal);
        Assert.EndsWith("Content-Length: 9\r\n\r\n{\"id\":22}", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_uses_what_the_step_before_extracted()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                var answer = PathOf(request) == "/login"
                    ? ScriptedServer.Ok("{\"session\":{\"ids\":[\"no\",\"q\\u0041\"]}}", "X-Token: secret\r\n")
                    : ScriptedServer.Ok("{\"ok\":true}");
                await connection.SendAsync(answer);
            }
        });
        var login = Plans.Get("/login", "login") with { Extract = [Extraction.Json("id", "$.session.ids[1]"), Extraction.Header("token", "x-token")] };
        var use = new HttpStep
        {
            Name = "use",
            Path = Text("/use/", Variable.Extracted("id")),
            Headers = [new HeaderTemplate("Authorization", Text("Bearer ", Variable.Extracted("token")))],
            Expect = new HttpExpectation { Json = [new JsonExpectation("$.ok", "true")], BodyContains = ["ok"], Headers = [new HeaderExpectation("content-length", "11")] },
        };
        var plan = Plans.Open(Plans.Http(server.Port), login, rate: 50, seconds: 0.2) with { Flows = [new Flow("session", 1, [login, use])] };
        var result = await Plans.RunAsync(plan);

        Assert.Equal((20, 20, 0), (result.Total.Counts.Offered, result.Total.Counts.Completed, result.Total.Counts.Failed));
        Assert.Equal(["login", "use"], result.Series.Select(series => series.Name));
        Assert.All(result.Series, series => Assert.Equal(10, series.Counts.Completed));
        var used = server.Heads.First(head => PathOf(head) == "/use/qA");
        Assert.Contains("Authorization: Bearer secret\r\n", used, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_step_ends_its_flow()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok("{\"a\":1}"));
        var first = Plans.Get("/1", "first") with { Extract = [Extraction.Json("id", "$.missing")] };
        var plan = Plans.Open(Plans.Http(server.Port), first, rate: 50, seconds: 0.2) with { Flows = [new Flow("f", 1, [first, Plans.Get("/2", "second")])] };
        var result = await Plans.RunAsync(plan);

        Assert.Equal((10, 0, 10), (result.Total.Counts.Offered, result.Total.Counts.Completed, result.Total.Counts.Failed));
        Assert.Equal(0, result.Series[1].Counts.Offered);
        Assert.Equal(("cannot extract 'id' from $.missing: not found", FailureKind.Extraction), (result.Errors[0].Text, result.Errors[0].Kind));
    }

    [Theory]
    [InlineData("{\"ok\":false}", "$.ok is not true")]
    [InlineData("not json", "$.ok is not true: the body is not JSON")]
    public async Task Unmet_expectations_of_the_body_are_failures(string body, string error)
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok(body));
        var step = Plans.Get() with { Expect = new HttpExpectation { Json = [new JsonExpectation("$.ok", "true")] } };
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), step, rate: 50, seconds: 0.1));
        Assert.Equal((error, FailureKind.Expectation, 5), (result.Errors[0].Text, result.Errors[0].Kind, result.Errors[0].Count));
        Assert.Equal(5, result.Total.StatusClasses[2]);
    }

    [Fact]
    public async Task A_body_beyond_the_capture_limit_cannot_be_checked()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok(new string('x', 100)));
        var step = Plans.Get() with { BodyCaptureLimit = 99, Expect = new HttpExpectation { BodyContains = ["x"] } };
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), step, rate: 50, seconds: 0.1));
        Assert.Equal("the body is longer than 99 bytes, so that it cannot be checked", result.Errors[0].Text);
    }

    [Fact]
    public async Task Weights_share_the_arrivals_and_the_seed_decides()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        async Task<long> Rare(ulong seed)
        {
            var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 1_000, seconds: 0.4) with
            {
                Flows = [Flow.Of(Plans.Get("/a", "often"), 9), Flow.Of(Plans.Get("/b", "rare"), 1)],
                Seed = seed,
            };
            return (await Plans.RunAsync(plan)).Series[1].Counts.Completed;
        }

        // 400 arrivals: 40 expected, standard deviation 6.
        var first = await Rare(1);
        Assert.InRange(first, 10, 70);
        Assert.Equal(first, await Rare(1));
    }

    [Fact]
    public async Task A_flow_over_two_targets_stays_within_the_connections()
    {
        await using var one = ScriptedServer.Answering(ScriptedServer.Ok());
        await using var two = ScriptedServer.Answering(ScriptedServer.Ok());
        var plan = Plans.Open(Plans.Http(one.Port), Plans.Get(), rate: 100, seconds: 0.2, connections: 1) with
        {
            Targets = [Plans.Http(one.Port), Plans.Http(two.Port)],
            Flows = [new Flow("both", 1, [Plans.Get("/1", "first"), Plans.Get("/2", "second") with { Target = 1 }])],
        };
        var result = await Plans.RunAsync(plan);
        Assert.Equal((40, 40), (result.Total.Counts.Sent, result.Total.Counts.Completed));
        Assert.Equal((20, 20), (one.Requests, two.Requests));

        // One connection for two targets: it changes sides every time.
        Assert.Equal((20, 20), (one.Accepted, two.Accepted));
    }

    [Fact]
    public async Task Steps_beyond_the_limit_of_series_share_one()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 1_000, seconds: 0.3, connections: 8) with
        {
            Flows = [.. Enumerable.Range(0, 30).Select(i => Flow.Of(Plans.Get($"/{i}", $"step {i}")))],
            MaxSeries = 10,
        };
        var result = await Plans.RunAsync(plan);
        Assert.Equal(11, result.Series.Count);
        Assert.Equal("other", result.Series[^1].Name);
        Assert.Equal(300, result.Series.Sum(series => series.Response.Count));
    }
}
