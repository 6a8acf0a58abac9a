using System.Text;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Distribution;

public sealed class ScenarioPackageTests : IDisposable
{
    private const string Yaml = """
        target: http://127.0.0.1:8080
        load: [{rps: 33.3, for: 30s}, {users: 7, for: 1m, think_time: 1s..3s, spawn_rate: 2}]
        variables: {token: "${env.TOKEN}"}
        headers: {Authorization: "Bearer ${token}"}
        data: {file: ids.csv, order: random, share: partition}
        seed: 12345
        arrival: poisson
        connections: 10
        percentiles: {sample: 10%}
        faults: {policy: mobile_3g, seed: 9}
        thresholds: [p95<200ms]
        steps:
          - {name: item, get: "/items/${id}"}
          - {name: order, post: /orders, body_file: order.json, data: more.csv}
        """;

    private static readonly Dictionary<string, string> Environment = new() { ["TOKEN"] = "secret-1", ["BODY"] = "secret-2", ["HOME"] = "/root", ["OTHER"] = "secret-3" };
    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-package-").FullName;

    public ScenarioPackageTests()
    {
        File.WriteAllText(Path.Combine(_directory, "ids.csv"), "\uFEFFid\n1\n2\n3\n", new UTF8Encoding(true));
        File.WriteAllText(Path.Combine(_directory, "more.csv"), "name\nä\nb\n");
        File.WriteAllText(Path.Combine(_directory, "order.json"), "{\"id\": ${index}, \"by\": \"${env.BODY}\", \"name\": \"${name}\"}");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Scenario Load(string yaml = Yaml, ScenarioOverrides? overrides = null) =>
        ScenarioLoader.FromText("shop.yaml", yaml, overrides ?? new ScenarioOverrides(), Environment, _directory);

    [Fact]
    public void A_package_opens_to_the_same_scenario_without_the_directory()
    {
        var scenario = Load();
        var package = ScenarioPackage.Of(scenario, _directory, Environment);
        Directory.Move(_directory, _directory + ".moved");
        try
        {
            var opened = ScenarioPackage.Decode(package.Encode()).Open(package.Content);

            Assert.Equal(ResolvedYaml.Write(scenario, _directory), ResolvedYaml.Write(opened, "/elsewhere"));
            var (before, after) = (scenario.Plan, opened.Plan);
            Assert.Equal(before.Phases, after.Phases);
            Assert.Equal((before.Seed, before.Arrival, before.Connections, before.Percentiles, before.Timeouts), (after.Seed, after.Arrival, after.Connections, after.Percentiles, after.Timeouts));
            Assert.Equal((scenario.Faults!.Seed, scenario.Faults.Policy.Name), (opened.Faults!.Seed, opened.Faults.Policy.Name));
            Assert.Equal(before.Data.Select(d => (d.Rows, d.Order, d.Share)), after.Data.Select(d => (d.Rows, d.Order, d.Share)));
            Assert.Equal("ä", Encoding.UTF8.GetString(after.Data[1].Field(0, 0)));
            Assert.Equal(Bodies(before), Bodies(after));
            Assert.Equal("shop.yaml", opened.Source);
        }
        finally
        {
            Directory.Move(_directory + ".moved", _directory);
        }
    }

    [Fact]
    public void Only_the_variables_and_files_that_are_used_are_in_it()
    {
        var package = ScenarioPackage.Of(Load(), _directory, Environment);
        Assert.Equal(["BODY", "TOKEN"], package.Environment.Keys);
        Assert.Equal(["ids.csv", "more.csv", "order.json"], package.Files.Select(f => Path.GetFileName(f.Path)).Order());
        Assert.All(package.Files, f => Assert.Equal((f.Length, f.Sha256), (new FileInfo(f.Path).Length, ScenarioPackage.HashOf(File.ReadAllBytes(f.Path)))));
        Assert.DoesNotContain("secret", package.Yaml);
        Assert.Null(package.Content(new string('0', 64)));
    }

    [Fact]
    public void Flags_are_part_of_the_package()
    {
        var overrides = new ScenarioOverrides { Phases = [new ConstantRate(1.0 / 3, TimeSpan.FromMilliseconds(1_234_567))], Seed = ulong.MaxValue, Connections = 3 };
        var opened = Open(ScenarioPackage.Of(Load(overrides: overrides), _directory, Environment));
        Assert.Equal((ulong.MaxValue, 3, TimeSpan.FromMilliseconds(1_234_567)), (opened.Plan.Seed, opened.Plan.Connections, opened.Plan.Phases[0].Duration));
        Assert.Equal(1.0 / 3, ((ConstantRate)opened.Plan.Phases[0]).Rate, 9);
    }

    [Fact]
    public void A_url_becomes_a_package()
    {
        var scenario = ScenarioLoader.Load("http://127.0.0.1:9/a?b=1", new ScenarioOverrides(), Environment, new UrlRequest("POST", ["X-A: 1"], "x"));
        var opened = Open(ScenarioPackage.Of(scenario, ".", Environment));
        Assert.Equal((scenario.Name, scenario.Plan.Flows[0].Steps[0].Name), (opened.Name, opened.Plan.Flows[0].Steps[0].Name));
        Assert.Equal(Bodies(scenario.Plan), Bodies(opened.Plan));
    }

    [Fact]
    public void A_file_that_is_missing_or_differs_is_a_problem_with_its_place()
    {
        var package = ScenarioPackage.Of(Load(), _directory, Environment);
        var missing = Assert.Throws<ScenarioException>(() => package.Open(_ => null));
        Assert.Equal(3, missing.Problems.Count(p => p.Message.EndsWith("cannot be read: its content was not received", StringComparison.Ordinal)));
        var other = Assert.Throws<ScenarioException>(() => package.Open(_ => new byte[] { 1 }));
        Assert.Equal(3, other.Problems.Count(p => p.Message.EndsWith("cannot be read: its content differs from its hash", StringComparison.Ordinal)));

        File.Delete(Path.Combine(_directory, "ids.csv"));
        var scenario = Load(Yaml.Replace("ids.csv", "more.csv").Replace("${id}", "${name}"));
        File.Delete(Path.Combine(_directory, "more.csv"));
        Assert.Throws<ScenarioException>(() => ScenarioPackage.Of(scenario, _directory, Environment));
    }

    [Fact]
    public void A_damaged_package_is_a_format_error()
    {
        var bytes = ScenarioPackage.Of(Load(), _directory, Environment).Encode();
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.Throws<FormatException>(() => ScenarioPackage.Decode(bytes.AsSpan(0, i)));
            bytes[i] ^= 0x81;
            Assert.Throws<FormatException>(() => ScenarioPackage.Decode(bytes));
            bytes[i] ^= 0x81;
        }

        for (var i = 0; i < bytes.Length - 4; i++)
        {
            bytes[i] ^= 0xFF;
            var writer = new MessageWriter();
            writer.Raw(bytes.AsSpan(0, bytes.Length - 4));
            try
            {
                ScenarioPackage.Decode(writer.Sealed());
            }
            catch (FormatException e)
            {
                Assert.Contains(" at byte ", e.Message);
            }

            bytes[i] ^= 0xFF;
        }
    }

    private static Scenario Open(ScenarioPackage package) => ScenarioPackage.Decode(package.Encode()).Open(package.Content);

    private static string[] Bodies(RunPlan plan) =>
        [.. plan.Flows.SelectMany(f => f.Steps).OfType<HttpStep>().Select(s => $"{s.Method} {s.Path} {string.Join(",", s.Headers.Select(h => $"{h.Name}={h.Value}"))} {s.Body}")];
}
