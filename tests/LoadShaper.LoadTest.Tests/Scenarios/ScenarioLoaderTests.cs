using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Scenarios;

public sealed class ScenarioLoaderTests : IDisposable
{
    private const string Full = """
        name: shop
        target: http://127.0.0.1:8080/api
        load:
          - {name: calm, rps: 500, for: 30s}
          - {ramp: 500..5000, for: 15m}
          - {ramp_rps: 100..5000/min, for: 30m}
          - {steps: [100, 200, 400], for: 3m}
          - {spike: 10..1000, for: 30s}
          - {users: 100, for: 30s, spawn_rate: 10, think_time: 1s..3s}
        connections: 50
        arrival: poisson
        timeout: {total: 5s, connect: 1s}
        warmup: 5s
        seed: 7
        max_rss: 256MiB
        batch: 250us
        percentiles: {window: 1m}
        max_series: 20
        data: users.csv
        variables: {base: "/v${version}", version: "2"}
        headers: {Authorization: "Bearer ${env.TOKEN}"}
        steps:
          - name: login
            post: ${base}/login
            body: '{"user":"${user}","literal":"$${x}"}'
            headers: {Content-Type: application/json}
            expect: {status: [2xx, 304], headers: {Server: nginx}, body: [token], json: {$.ok: "true"}, within: 1s}
            extract: {token: {json: $.token}, where: {header: Location}}
          - name: item
            get: /items/${id}?t=${token}&n=${index}
            data: {file: ids.csv, order: random}
            timeout: 2s
        thresholds: [p95<200ms, "item:p99<300ms", "calm:error_rate<1%"]
        abort_on: ["error_rate>50% over 30s"]
        before: [echo before]
        after: [echo after]
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;
    private readonly Dictionary<string, string> _environment = new() { ["TOKEN"] = "secret" };

    public ScenarioLoaderTests()
    {
        File.WriteAllText(Path.Combine(_directory, "users.csv"), "user,id\n\"a, \"\"b\"\"\",1\nc,2\n");
        File.WriteAllText(Path.Combine(_directory, "ids.csv"), "\uFEFFid\r\n10\r\n20\r\n\r\n30");
        File.WriteAllText(Path.Combine(_directory, "shop.yaml"), Full);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void AFullScenarioBecomesAPlan()
    {
        var scenario = Load(new ScenarioOverrides());
        var plan = scenario.Plan;

        Assert.Equal("shop", scenario.Name);
        Assert.Equal(
            [
                new ConstantRate(500, TimeSpan.FromSeconds(30)) { Name = "calm" },
                new RampRate(500, 5000, TimeSpan.FromMinutes(15)),
                new RampHoldRamp(100 / 60.0, 5000 / 60.0, TimeSpan.FromMinutes(30)),
                new SpikeRate(10, 1000, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)),
                new ClosedUsers(100, 10, new ThinkTime(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)), TimeSpan.FromSeconds(30)),
            ],
            plan.Phases.Where(p => p is not StepRates));
        Assert.Equal([100, 200, 400], Assert.Single(plan.Phases.OfType<StepRates>()).Rates);
        var target = Assert.Single(plan.Targets);
        Assert.Equal(("http://127.0.0.1:8080", TargetProtocol.Http, "127.0.0.1", 8080), (target.Name, target.Protocol, target.Host, target.Port));
        Assert.Equal((50, ArrivalProcess.Poisson, 7UL, 256L << 20, 20), (plan.Connections, plan.Arrival, plan.Seed, plan.MemoryLimitBytes, plan.MaxSeries));
        Assert.Equal(new RequestTimeouts(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)), plan.Timeouts);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMicroseconds(250)), (plan.Warmup, plan.Batch));
        Assert.Equal((PercentileMode.Windowed, TimeSpan.FromMinutes(1)), (plan.Percentiles.Mode, plan.Percentiles.Window));
        Assert.Equal(["echo before"], scenario.Before);
        Assert.Equal(["echo after"], scenario.After);
    }

    [Fact]
    public void StepsWithoutWeightsAreOneFlowWithVariables()
    {
        var plan = Load(new ScenarioOverrides()).Plan;
        var steps = Assert.Single(plan.Flows).Steps.Cast<HttpStep>().ToArray();

        Assert.Equal(["login", "item"], steps.Select(s => s.Name));
        Assert.Equal("/api/v2/login", steps[0].Path.ToString());
        Assert.True(steps[0].Path.IsLiteral);
        Assert.Equal("{\"user\":\"${user}\",\"literal\":\"${x}\"}", steps[0].Body!.ToString());
        Assert.Equal(new Variable("user", VariableSource.Column, 0, 0), Assert.Single(Variables(steps[0].Body!)));
        Assert.Equal(["Authorization: Bearer secret", "Content-Type: application/json"], steps[0].Headers.Select(h => $"{h.Name}: {h.Value}"));
        Assert.Equal([new StatusRange(200, 299), new StatusRange(304, 304)], steps[0].Expect.Status);
        Assert.Equal([new HeaderExpectation("Server", "nginx")], steps[0].Expect.Headers);
        Assert.Equal([new JsonExpectation("$.ok", "true")], steps[0].Expect.Json);
        Assert.Equal(TimeSpan.FromSeconds(1), steps[0].Expect.MaxServiceTime);
        Assert.Equal([Extraction.Json("token", "$.token"), Extraction.Header("where", "Location")], steps[0].Extract);
        // The step's own table comes before the scenario's, which has a column of the same name.
        Assert.Equal(
            [new Variable("id", VariableSource.Column, 1, 0), Variable.Extracted("token"), Variable.Index()],
            Variables(steps[1].Path));
        Assert.Equal(RequestTimeouts.OfTotal(TimeSpan.FromSeconds(2)), steps[1].Timeouts);
        Assert.Equal((DataOrder.Sequential, 2), (plan.Data[0].Order, plan.Data[0].Rows));
        Assert.Equal((DataOrder.Random, 3), (plan.Data[1].Order, plan.Data[1].Rows));
        Assert.Equal("a, \"b\"", System.Text.Encoding.UTF8.GetString(plan.Data[0].Field(0, 0)));
    }

    [Fact]
    public void StepsWithWeightsAreFlowsOfTheirOwn()
    {
        var scenario = Text("target: http://127.0.0.1:1\nload: {rps: 1, for: 1s}\nsteps: [{get: /a, weight: 3}, {get: /b, weight: 0.5, target: \"tcp://127.0.0.1:2\"}]\n".Replace(", target: \"tcp://127.0.0.1:2\"", ""));

        Assert.Equal([("GET /a", 3.0), ("GET /b", 0.5)], scenario.Plan.Flows.Select(f => (f.Name, f.Weight)));
    }

    [Fact]
    public void EachStepMayHaveItsOwnTarget()
    {
        var plan = Text("target: http://127.0.0.1:1\nload: {rps: 1, for: 1s}\nsteps: [{get: /a}, {echo: 64, target: \"udp://127.0.0.1:2\"}, {get: /b, target: \"unix:///run/app.sock:/base\"}]\n").Plan;
        var steps = plan.Flows[0].Steps;

        Assert.Equal([TargetProtocol.Http, TargetProtocol.UdpEcho, TargetProtocol.Http], plan.Targets.Select(t => t.Protocol));
        Assert.Equal([0, 1, 2], steps.Select(s => s.Target));
        Assert.Equal("/run/app.sock", plan.Targets[2].UnixSocketPath);
        Assert.Equal("/base/b", ((HttpStep)steps[2]).Path.ToString());
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "GET /", "/", TargetProtocol.Http)]
    [InlineData("http://127.0.0.1:8080/items/?q=1", "GET /items/", "/items/?q=1", TargetProtocol.Http)]
    [InlineData("https://[::1]/a", "GET /a", "/a", TargetProtocol.Https)]
    [InlineData("unix:///run/app.sock:/health", "GET /health", "/health", TargetProtocol.Http)]
    public void AUrlIsAScenario(string url, string name, string path, TargetProtocol protocol)
    {
        var plan = ScenarioLoader.Load(url, new ScenarioOverrides(), _environment).Plan;
        var step = Assert.IsType<HttpStep>(Assert.Single(Assert.Single(plan.Flows).Steps));

        Assert.Equal((name, path, protocol), (step.Name, step.Path.ToString(), plan.Targets[0].Protocol));
        Assert.Equal(ScenarioLoader.DefaultLoad, plan.Phases);
    }

    [Fact]
    public void AUrlTakesMethodHeadersAndBody()
    {
        var plan = ScenarioLoader.Load("http://127.0.0.1/a", new ScenarioOverrides { Duration = TimeSpan.FromSeconds(3) }, _environment,
            new UrlRequest("post", ["Content-Type: text/plain", "X: a: b"], "x # y")).Plan;
        var step = (HttpStep)plan.Flows[0].Steps[0];

        Assert.Equal(("POST", "x # y"), (step.Method, step.Body!.ToString()));
        Assert.Equal(["Content-Type: text/plain", "X: a: b"], step.Headers.Select(h => $"{h.Name}: {h.Value}"));
        Assert.Equal(new ConstantRate(50, TimeSpan.FromSeconds(3)), plan.Phases[0]);
    }

    [Fact]
    public void AnEchoUrlSendsMessages() =>
        Assert.IsType<EchoStep>(ScenarioLoader.Load("udp://127.0.0.1:9", new ScenarioOverrides(), _environment).Plan.Flows[0].Steps[0]);

    [Fact]
    public void FlagsAreAboveTheEnvironmentAndTheEnvironmentIsAboveTheFile()
    {
        var environment = EnvironmentOverrides.Read(new Dictionary<string, string> { ["TARGET_RPS"] = "70", ["NUM_CONCURRENT_TASKS"] = "9", ["LOAD_TEST_HOST"] = "http://127.0.0.1:99" });
        var flags = new ScenarioOverrides { Connections = 5, Seed = 3 };

        File.WriteAllText(Path.Combine(_directory, "shop.yaml"), Full.Replace(", \"calm:error_rate<1%\"", ""));

        var plan = Load(flags.Over(environment)).Plan;

        Assert.Equal([new ConstantRate(70, ScenarioOverrides.DefaultDuration)], plan.Phases.Take(1));
        Assert.Equal((5, 3UL, "http://127.0.0.1:99"), (plan.Connections, plan.Seed, plan.Targets[0].Name));
    }

    [Fact]
    public void ADurationAloneFitsAScenarioOfOnePhase()
    {
        const string One = "target: http://127.0.0.1:1\nload: {spike: 1..5, for: 30s}\nsteps: [{get: /}]\n";
        var overrides = new ScenarioOverrides { Duration = TimeSpan.FromSeconds(60) };

        Assert.Equal(
            new SpikeRate(1, 5, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60)),
            ScenarioLoader.FromText("s.yaml", One, overrides, _environment, _directory).Plan.Phases[0]);
        var problem = Assert.Single(Assert.Throws<ScenarioException>(() => Load(overrides)).Problems);
        Assert.Equal("command line: --duration 1m with a scenario of 6 phases; expected --rate, --users or --ramp beside it", problem.ToString());
    }

    [Fact]
    public void TheResolvedScenarioIsTheSameScenario()
    {
        var scenario = Load(new ScenarioOverrides { Connections = 5 });
        var text = ResolvedYaml.Write(scenario, _directory);

        var again = ScenarioLoader.FromText("again.yaml", text, new ScenarioOverrides(), _environment, "/elsewhere");

        Assert.DoesNotContain("secret", text);
        Assert.Equal(text, ResolvedYaml.Write(again, "/elsewhere"));
        Assert.Equal(5, again.Plan.Connections);
        Assert.Equal(scenario.Plan.Phases.Where(p => p is not StepRates), again.Plan.Phases.Where(p => p is not StepRates));
        Assert.Equal(scenario.Thresholds, again.Thresholds);
        Assert.Equal(
            scenario.Plan.Flows[0].Steps.Cast<HttpStep>().Select(s => s.Path.ToString()),
            again.Plan.Flows[0].Steps.Cast<HttpStep>().Select(s => s.Path.ToString()));
    }

    [Fact]
    public void AMissingFileIsReported()
    {
        var problem = Assert.Single(Assert.Throws<ScenarioException>(() => ScenarioLoader.Load("/missing/s.yaml", new ScenarioOverrides(), _environment)).Problems);

        Assert.StartsWith("/missing/s.yaml: cannot be read: ", problem.ToString());
        Assert.EndsWith("expected a scenario file or a URL such as http://127.0.0.1:8080/", problem.ToString());
    }

    private Scenario Load(ScenarioOverrides overrides) => ScenarioLoader.Load(Path.Combine(_directory, "shop.yaml"), overrides, _environment);

    private Scenario Text(string yaml) => ScenarioLoader.FromText("s.yaml", yaml, new ScenarioOverrides(), _environment, _directory);

    private static IEnumerable<Variable> Variables(Template template) => template.Parts.Select(p => p.Variable).OfType<Variable>();
}
