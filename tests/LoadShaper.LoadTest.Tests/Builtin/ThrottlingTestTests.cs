using LoadShaper.LoadTest.Builtin;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Scenarios;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Builtin;

public sealed class ThrottlingTestTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public void TheQuickTestIsTheSpecifications()
    {
        var (scenario, parts, _) = ThrottlingTest.Quick.ToSession("http://127.0.0.1:8080/health", null, 1, NoEnvironment);

        Assert.Equal([20, 80, 120, 10], parts.Select(p => Assert.IsType<ClosedUsers>(Assert.Single(p.Plan.Phases)).Users));
        Assert.Equal([20, 80, 120, 10], parts.Select(p => p.Plan.Connections));
        Assert.Equal(TimeSpan.FromSeconds(55), Length(parts.Select(p => p.Plan)));
        Assert.All(parts, p => Assert.Equal(TimeSpan.Zero, p.Pause));
        Assert.Contains("over limit:error_rate>0%", scenario.Thresholds.Select(t => t.Text));
    }

    [Fact]
    public void TheFullTestHasNinePhasesWithinEightToTenMinutes()
    {
        var (scenario, parts, _) = ThrottlingTest.Full.ToSession("http://127.0.0.1:8080/health", "http://127.0.0.1:8080/metrics", 1, NoEnvironment);

        Assert.Equal(9, parts.Count);
        var length = Length(parts.Select(p => p.Plan)) + parts.Aggregate(TimeSpan.Zero, (sum, p) => sum + p.Pause);
        Assert.InRange(length, TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10));
        Assert.Equal([2000 / 60.0, 3000 / 60.0], parts.Skip(5).Take(2).Select(p => Assert.IsType<ConstantRate>(p.Plan.Phases[0]).Rate));
        Assert.Equal(["/metrics", "/metrics", "/health"], parts.Skip(5).Take(3).Select(p => ((HttpStep)p.Plan.Flows[0].Steps[0]).Path.ToString()));
        Assert.Equal(1 << 20, ((HttpStep)parts[7].Plan.Flows[0].Steps[0]).Body!.Parts[0].Literal.Length);
        Assert.Single(scenario.Plan.Targets);
    }

    [Fact]
    public void EveryThresholdNamesAPhase()
    {
        foreach (var test in (ThrottlingTest[])[ThrottlingTest.Quick, ThrottlingTest.Full])
        {
            var (scenario, _, _) = test.ToSession("unix:///run/app.sock:/health", null, 0.1, NoEnvironment);
            Assert.All(scenario.Thresholds, t => Assert.Contains(t.Step, test.Phases.Select(p => p.Name)));
            Assert.All(test.Phases, p => Assert.Contains(scenario.Thresholds, t => t.Step == p.Name));
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("tcp://127.0.0.1:1")]
    public void OtherTargetsAreRefused(string url) =>
        Assert.Throws<ScenarioException>(() => ThrottlingTest.Quick.ToSession(url, null, 1, NoEnvironment));

    private static TimeSpan Length(IEnumerable<RunPlan> plans) => plans.SelectMany(p => p.Phases).Aggregate(TimeSpan.Zero, (sum, p) => sum + p.Duration);
}
