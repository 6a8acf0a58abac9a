using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Tests.Engine;

namespace LoadShaper.LoadTest.Cluster.Tests.Nodes;

/// <summary>Scenarios against a server in this process.</summary>
internal static class TestScenario
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <param name="load">The value of the scenario's load, for example <c>rps: 50, for: 1s</c>.</param>
    /// <param name="step">The value of its step.</param>
    /// <param name="directory">What files are read from.</param>
    public static Scenario Of(int port, string load, string step = "get: \"/${index}\"", string directory = "/") => ScenarioLoader.FromText(
        Path.Combine(directory, "s.yaml"), $"target: http://127.0.0.1:{port}\nload: {{{load}}}\nconnections: 4\nlate_after: 30s\nsteps: [{{{step}}}]\n",
        new ScenarioOverrides(), new Dictionary<string, string>(), directory);

    public static Task<RunResult> ExecuteAsync(TestCluster cluster, Scenario scenario, IRunObserver? observer = null, CancellationToken? cancel = null)
    {
        var package = ScenarioPackage.Of(scenario, Path.GetDirectoryName(scenario.Source)!, new Dictionary<string, string>());
        return new ClusterExecutor(cluster.Coordinator, package, []).ExecuteAsync(scenario.Plan, observer ?? new ActionObserver(), cancel ?? cluster.Cancel);
    }
}
