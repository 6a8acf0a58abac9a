using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Policies;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>Reads the bodies of the HTTP interface. JSON is YAML too, so that the keys and messages are those of the file.</summary>
public static class FaultRequestReader
{
    private const string Source = "body";

    /// <param name="configuration">Its policies can be named.</param>
    /// <exception cref="ScenarioException">All problems.</exception>
    public static ProxySettings ReadProxy(string body, FaultConfiguration configuration) =>
        Read(body, "proxy", "listen and upstream", (reading, root) => ProxyReader.ReadOne(reading, root, Book(configuration), configuration.Seed));

    /// <summary>A policy in place, or {policy: NAME}.</summary>
    /// <exception cref="ScenarioException">All problems.</exception>
    public static FaultPolicy ReadPolicy(string body, ProxySettings proxy, FaultConfiguration configuration) => Read(body, "policy", "latency, packet_loss and the like", (reading, root) =>
    {
        var named = root.Children.Count == 1 && root.Children.TryGetValue(new YamlScalarNode("policy"), out var name) ? name : root;
        var policy = Book(configuration).Resolve(reading, named, "runtime");
        if (policy is not null)
            foreach (var problem in ProtocolFit.Problems(policy, proxy.Protocol))
                reading.Report(named, problem);
        return policy;
    });

    /// <summary>{enabled: false}.</summary>
    /// <exception cref="ScenarioException">All problems.</exception>
    public static bool ReadEnabled(string body) => Read<object>(body, "proxy", "enabled", (reading, root) =>
        reading.Map(root, "the change", "enabled") is { } map && map.TryGetValue("enabled", out var node) ? reading.Flag(node, "enabled") : Missing(reading, root)) is true;

    private static object? Missing(YamlReading reading, YamlNode root)
    {
        if (reading.Problems.Count == 0)
            reading.Report(root, "the change has no enabled; expected {\"enabled\": false}");
        return null;
    }

    private static PolicyBook Book(FaultConfiguration configuration)
    {
        var book = new PolicyBook(FaultProfiles.All);
        foreach (var policy in configuration.Policies)
            book.Add(policy);
        return book;
    }

    private static T Read<T>(string body, string what, string keys, Func<YamlReading, YamlMappingNode, T?> read) where T : class
    {
        var reading = new YamlReading(Source);
        var value = reading.Load(body, what, keys) is { } root ? read(reading, root) : null;
        return reading.Problems.Count == 0 && value is not null ? value : throw new ScenarioException(reading.Problems);
    }
}
