using LoadShaper.Cli.CommandLine;
using LoadShaper.LoadTest.Scenarios;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.Cli.Tests.Load.Distribution;

/// <summary>The manifests of a load test in Kubernetes, against the command line that they start.</summary>
public sealed class KubernetesTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Path, "deploy", "kubernetes", "load-test");

    [Theory]
    [InlineData("coordinator.yaml", "load run")]
    [InlineData("worker.yaml", "load worker")]
    public void The_arguments_of_a_container_are_understood(string manifest, string command)
    {
        var arguments = Arguments(manifest);

        Assert.Empty(Root.Create().Parse(arguments).Errors);
        Assert.Equal(command, string.Join(' ', arguments.Take(2)));
    }

    [Fact]
    public void The_coordinator_waits_for_as_many_workers_as_are_deployed() => Assert.Contains($"--workers={Spec("worker.yaml")["replicas"]}", Arguments("coordinator.yaml"));

    [Fact]
    public void Workers_join_the_service_of_the_coordinator()
    {
        var service = Read("service.yaml");
        var port = ((YamlSequenceNode)service["spec"]["ports"])[0];

        Assert.Contains($"--join={service["metadata"]["name"]}:{port["port"]}", Arguments("worker.yaml"));
        Assert.Contains($"--listen=$(POD_IP):{port["port"]}", Arguments("coordinator.yaml"));
    }

    [Fact]
    public void The_scenario_can_be_run()
    {
        var scenario = ScenarioLoader.Load(Path.Combine(Folder, "scenario.yaml"), new ScenarioOverrides(), new Dictionary<string, string>());

        Assert.NotEmpty(scenario.Plan.Phases);
    }

    private static string[] Arguments(string manifest) =>
        [.. ((YamlSequenceNode)((YamlSequenceNode)Spec(manifest)["template"]["spec"]["containers"])[0]["args"]).Select(a => a.ToString())];

    private static YamlNode Spec(string manifest) => Read(manifest)["spec"];

    private static YamlNode Read(string manifest)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(Path.Combine(Folder, manifest));
        yaml.Load(reader);
        return yaml.Documents.Single().RootNode;
    }
}
