using System.Text;
using LoadShaper.LoadTest.Plan;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Plan;

public class PlanTests
{
    private static RunPlan Good() => new()
    {
        Targets = [new LoadTarget { Name = "t", Protocol = TargetProtocol.Http, Host = "localhost", Port = 80 }],
        Flows = [Flow.Of(new HttpStep { Name = "get", Path = Template.Literal("/") })],
        Phases = [new ConstantRate(1, TimeSpan.FromSeconds(1))],
    };

    private static RunPlan With(Func<HttpStep, HttpStep> change)
    {
        var plan = Good();
        return plan with { Flows = [Flow.Of(change((HttpStep)plan.Flows[0].Steps[0]))] };
    }

    [Fact]
    public void A_good_plan_has_no_problems() => Assert.Empty(Good().Validate());

    public static TheoryData<RunPlan, string> Bad() => new()
    {
        { Good() with { Targets = [] }, "No target; expected at least one" },
        { Good() with { Flows = [] }, "No steps; expected at least one" },
        { Good() with { Phases = [] }, "No load; expected at least one phase" },
        { Good() with { Connections = 65_001 }, "connections is 65001; expected 1 to 65000" },
        { Good() with { MaxSeries = 0 }, "maximum of series is 0; expected 1 to 1000" },
        { Good() with { Partition = new SchedulePartition(2, 2) }, "schedule partition is 2 of 2; expected an index from 0 to count - 1" },
        { Good() with { Timeouts = RequestTimeouts.OfTotal(TimeSpan.Zero) }, "timeouts: connect is 00:00:00; expected more than zero and at most 00:10:00" },
        { Good() with { Phases = [new ConstantRate(double.NaN, TimeSpan.FromSeconds(1))] }, "ConstantRate: rate is NaN; expected 0 to 10000000" },
        { Good() with { Phases = [new ConstantRate(-1, TimeSpan.FromSeconds(1))] }, "ConstantRate: rate is -1; expected 0 to 10000000" },
        { Good() with { Phases = [new StepRates([], TimeSpan.FromSeconds(1))] }, "StepRates: no rates; expected at least one" },
        { Good() with { Phases = [new SpikeRate(1, 2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1))] }, "SpikeRate: the spike from 00:00:01 for 00:00:01 is not within the phase of 00:00:01" },
        { Good() with { Phases = [new ClosedUsers(0, 0, ThinkTime.None, TimeSpan.FromSeconds(1))] }, "ClosedUsers: users is 0; expected 1 to 1000000" },
        { Good() with { Phases = [new ConstantRate(1, TimeSpan.Zero)] }, "ConstantRate: duration is 00:00:00; expected more than zero" },
        { Good() with { Flows = [new Flow("f", 0, Good().Flows[0].Steps)] }, "f: weight is 0; expected more than zero" },
        { Good() with { Flows = [Flow.Of(new EchoStep { Name = "echo" })] }, "echo: EchoStep does not fit the target's protocol Http" },
        { With(step => step with { Target = 3 }), "get: target 3 does not exist; there are 1" },
        { With(step => step with { Method = "GE T" }), "get: method is 'GE T'; expected a token such as GET, not CONNECT" },
        { With(step => step with { Path = Template.Literal("/a b") }), "get: path '/a b' contains a space or a line break; encode it (%20)" },
        { With(step => step with { Headers = [new HeaderTemplate("A", Template.Literal("x\r\nEvil: 1"))] }), "get: header A contains a line break" },
        { With(step => step with { Headers = [new HeaderTemplate("Transfer-Encoding", Template.Literal("chunked"))] }), "get: header Transfer-Encoding is not supported; bodies are sent with Content-Length" },
        { With(step => step with { Extract = [new Extraction { Variable = "x" }] }), "get: extraction of 'x' needs exactly one of a header name and a JSON path" },
        { With(step => step with { Extract = [Extraction.Json("x", "a..b")] }), "get: JSON path 'a..b' is not of the form $.name[0].name" },
        { With(step => step with { Path = Template.Of([TemplatePart.Text("/"), TemplatePart.Of(Variable.Extracted("id"))]) }), "get: variable 'id' is not extracted by an earlier step of the flow" },
        { With(step => step with { Path = Template.Of([TemplatePart.Text("/"), TemplatePart.Of(Variable.OfColumn("id", 0, 0))]) }), "get: variable 'id' reads table 0; there are 0" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Every_problem_is_named_with_its_value(RunPlan plan, string problem)
    {
        Assert.Contains(problem, plan.Validate());
    }

    [Theory]
    [InlineData("$.a", "text", JsonPathResult.Found)]
    [InlineData("a", "text", JsonPathResult.Found)]
    [InlineData("$.n", "-1.5e3", JsonPathResult.Found)]
    [InlineData("$.list[2].x", "true", JsonPathResult.Found)]
    [InlineData("$.list[0][1]", "2", JsonPathResult.Found)]
    [InlineData("$.nothing", "null", JsonPathResult.Found)]
    [InlineData("$.escaped", "ä\"", JsonPathResult.Found)]
    [InlineData("$.list[3]", "", JsonPathResult.NotFound)]
    [InlineData("$.b", "", JsonPathResult.NotFound)]
    [InlineData("$.a.b", "", JsonPathResult.NotFound)]
    [InlineData("$.list", "", JsonPathResult.NotScalar)]
    [InlineData("$.long", "", JsonPathResult.TooLong)]
    public void Json_paths_find_scalars(string path, string expected, JsonPathResult result)
    {
        var json = "{\"skip\":{\"a\":[1,{\"a\":2}]},\"a\":\"text\",\"n\":-1.5e3,\"list\":[[1,2],\"s\",{\"x\":true}],\"nothing\":null,\"escaped\":\"\\u00e4\\\"\",\"long\":\"" + new string('x', 100) + "\"}";
        Assert.True(JsonPath.TryParse(path, out var parsed));
        Span<byte> value = stackalloc byte[64];
        Assert.Equal(result, parsed.Find(Encoding.UTF8.GetBytes(json), value, out var length));
        Assert.Equal(expected, Encoding.UTF8.GetString(value[..length]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"a\"")]
    [InlineData("<html>")]
    [InlineData("{\"b\":1}x")]
    public void What_is_not_json_is_not_searched(string json)
    {
        Assert.True(JsonPath.TryParse("$.a", out var path));
        Assert.NotEqual(JsonPathResult.Found, path.Find(Encoding.UTF8.GetBytes(json), new byte[10], out _));
    }

    [Fact]
    public void A_data_table_keeps_fields_and_refuses_short_rows()
    {
        var builder = new DataTable.Builder("t.csv", ["a", "b"]).Add("1", "").Add("", "zwei");
        Assert.Equal("t.csv: a row has 1 fields, expected 2 (Parameter 'fields')", Assert.Throws<ArgumentException>(() => builder.Add("x")).Message);
        var table = builder.Build();
        Assert.Equal(2, table.Rows);
        Assert.Equal(["1", "", "", "zwei"], new[] { (0, 0), (0, 1), (1, 0), (1, 1) }.Select(at => Encoding.UTF8.GetString(table.Field(at.Item1, at.Item2))));
    }

    [Theory]
    [InlineData(DataOrder.Sequential)]
    [InlineData(DataOrder.Random)]
    public void Rows_that_are_partitioned_are_never_used_by_two_parts(DataOrder order)
    {
        var builder = new DataTable.Builder("ids.csv", ["id"], order, DataShare.Partition);
        for (var row = 0; row < 7; row++)
            builder.Add($"{row}");
        var table = builder.Build();
        var rows = Enumerable.Range(0, 3).Select(k => Enumerable.Range(0, 60)
            .Select(i => table.Row(3 * i + k, LoadTest.Model.Chance.Bits(1, 2, i), new SchedulePartition(k, 3))).ToHashSet()).ToArray();
        Assert.Equal(["0 3 6", "1 4", "2 5"], rows.Select(r => string.Join(" ", r.Order())));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(order == DataOrder.Sequential ? i % 7 : (i * 5 % 7), table.Row(i, (ulong)(i * 5), SchedulePartition.Whole)));
    }
}
