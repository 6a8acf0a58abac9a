using System.Text.Json;
using System.Text.RegularExpressions;
using LoadShaper.Daemon.Page;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.History;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Secrets;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Page;

/// <summary>docs/live-page.md names exactly the fields that the answers have.</summary>
public sealed partial class DocumentedFieldsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_field_of_the_state_is_documented_and_every_documented_field_exists() =>
        Assert.Equal(Documented("/api/state"), Fields(State(Seen())));

    [Fact]
    public void Every_column_of_the_history_is_documented_and_every_documented_column_exists() =>
        Assert.Equal(Documented("/api/history"), Fields(HistoryJson.Write(GivenSource.Facts, new HistorySnapshot("k", true, History()))));

    [Fact]
    public void Before_the_first_report_the_same_fields_exist()
    {
        // An empty array has no fields of its own.
        var expected = Documented("/api/state").Where(field => !field.StartsWith("fleet", StringComparison.Ordinal) && !field.StartsWith("problems[]", StringComparison.Ordinal));

        Assert.Equal(expected, Fields(State(new HealthState())).Where(field => !field.StartsWith("problems[]", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_column_has_a_value_for_each_point()
    {
        var root = JsonDocument.Parse(HistoryJson.Write(GivenSource.Facts, new HistorySnapshot("k", true, History()))).RootElement;

        Assert.All(root.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Array), column => Assert.Equal(337, column.Value.GetArrayLength()));
        Assert.Equal("2026-11-21T12:00:00Z", root.GetProperty("start").GetString());
        Assert.Equal(1, root.GetProperty("plan_high")[336].GetDouble());
        Assert.Equal("foreign_cpu", root.GetProperty("gate_causes")[336].GetString());
        Assert.Equal("safe", root.GetProperty("verdict")[336].GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("own")[0].ValueKind);
    }

    [Fact]
    public void The_state_says_the_verdict_in_words_and_figures()
    {
        var root = JsonDocument.Parse(State(Seen())).RootElement;

        Assert.Equal("SAFE", root.GetProperty("verdict").GetProperty("word").GetString());
        Assert.Equal(
            "Safe. If LoadShaper stopped now, this VM would become reclaimable on 4 December at 08:00 UTC.",
            root.GetProperty("verdict").GetProperty("headline").GetString());
        Assert.Equal(98.8, root.GetProperty("verdict").GetProperty("seen_percent").GetDouble());
        // Own, foreign and steal add up to busy.
        Assert.Equal(45.2, root.GetProperty("now").EnumerateObject().Where(field => field.Name is "own_percent" or "foreign_percent" or "steal_percent").Sum(field => field.Value.GetDouble()), 6);
    }

    [Fact]
    public void A_silent_controller_is_not_shown_as_safe()
    {
        var silent = new HealthVerdict(HealthStatus.Unhealthy, ["controller_silent"]);
        var root = JsonDocument.Parse(StateJson.Write(GivenSource.Facts, new HealthSnapshot(Seen(), silent, Noon))).RootElement;

        Assert.Equal("UNKNOWN", root.GetProperty("verdict").GetProperty("word").GetString());
        Assert.StartsWith("Not known: LoadShaper has decided nothing since 28 November at 12:00 UTC.", root.GetProperty("verdict").GetProperty("headline").GetString(), StringComparison.Ordinal);
        Assert.Equal(DecisionText.Silent, root.GetProperty("decision").GetProperty("sentences")[0].GetString());
        Assert.Equal("controller_silent", root.GetProperty("problems")[0].GetProperty("check").GetString());
    }

    private static byte[] State(HealthState state) => StateJson.Write(
        GivenSource.Facts, new HealthSnapshot(state, new HealthVerdict(HealthStatus.Degraded, ["load_unreadable"]), Noon));

    private static HealthState Seen() => new HealthState(
        Controller: Report(Noon),
        Fleet: FleetStatus.Unread([new FleetPeer("vm2", new SecretUrl(new Uri("http://10.0.0.12:8080/"), "http://10.0.0.12:8080"))], Noon),
        Burn: new BurnReport(Noon, null, Percent.Zero, GatePosition.Open, [], TimeSpan.FromSeconds(1)))
        .Apply(
            new Sample(Noon, TimeSpan.FromSeconds(5), 2, new CpuReading(Percent.Of(45.2), Percent.Of(43.95), Percent.Of(1.25), Percent.Of(20.5), Percent.Of(20)), null, null, null),
            TimeSpan.FromMinutes(5), TimeSpan.Zero);

    private static IReadOnlyList<HistoryPoint> History()
    {
        var history = new WeekHistory(IdleRule.Oracle, TimeSpan.FromSeconds(5));
        history.Add(new MinuteMean(Noon, TimeSpan.FromMinutes(1), 20, 20, 10));
        history.Add(Report(Noon.AddSeconds(5)));
        history.Add(Report(Noon.AddSeconds(10)));
        return history.PointsAt(Noon.AddMinutes(1));
    }

    private static ControllerStatus Report(DateTimeOffset at) => new(
        at, CpuStrategy.Slots, ControllerState.Maintaining, SlotKind.High, 6.5, new CpuPlan(Percent.Of(25), at.AddMinutes(1)),
        new GateDecision(GatePosition.HeldByLoadAverage, 1, GateCauses.ForeignCpu, null),
        new CpuFigures(25, 24, 23, 22), default, new CpuFigures(25, 24, 23, 22), 9_960,
        new Verdict(VerdictKind.Safe, IdleMetric.Cpu, 4, 24, 24, null, 1, TimeSpan.FromHours(2), 0, new DateTimeOffset(2026, 12, 4, 8, 0, 0, TimeSpan.Zero)),
        new Levers(true, false), null, null);

    // Names with their parents; of an array of objects the fields of the first.
    private static List<string> Fields(byte[] json)
    {
        var fields = new List<string>();
        void Add(JsonElement element, string prefix)
        {
            foreach (var field in element.EnumerateObject())
            {
                var name = prefix + field.Name;
                if (field.Value.ValueKind == JsonValueKind.Object)
                    Add(field.Value, name + ".");
                else
                    fields.Add(name);
                if (field.Value.ValueKind == JsonValueKind.Array && field.Value.GetArrayLength() > 0 && field.Value[0].ValueKind == JsonValueKind.Object)
                    Add(field.Value[0], name + "[].");
            }
        }

        Add(JsonDocument.Parse(json).RootElement, "");
        return fields;
    }

    // The first cells of the tables below a heading.
    private static IEnumerable<string> Documented(string heading)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "LoadShaper.sln")))
            directory = directory.Parent;
        var text = File.ReadAllText(Path.Combine(directory.FullName, "docs", "live-page.md"));
        var section = text[text.IndexOf($"## `{heading}`", StringComparison.Ordinal)..];
        var end = section.IndexOf("\n## ", StringComparison.Ordinal);
        return Row().Matches(end < 0 ? section : section[..end]).SelectMany(row => Name().Matches(row.Groups[1].Value).Select(name => name.Groups[1].Value));
    }

    [GeneratedRegex(@"^\| (`[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
