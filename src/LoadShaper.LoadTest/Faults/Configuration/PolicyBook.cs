using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>The policies that a name can mean: those of the file, then the ready ones.</summary>
internal sealed class PolicyBook(IReadOnlyList<FaultPolicy> ready)
{
    private readonly Dictionary<string, FaultPolicy> _own = new(StringComparer.Ordinal);

    internal IReadOnlyList<FaultPolicy> Own => [.. _own.Values];

    internal void Add(FaultPolicy policy) => _own[policy.Name] = policy;

    internal FaultPolicy? Find(string name) => _own.GetValueOrDefault(name) ?? ready.FirstOrDefault(p => p.Name == name);

    /// <summary>A name, or a policy in place.</summary>
    internal FaultPolicy? Resolve(YamlReading reading, YamlNode node, string inlineName)
    {
        if (node is YamlMappingNode)
            return PolicyReader.Read(reading, node, inlineName);
        if (reading.Text(node, "policy", $"the name of a policy, or {PolicyReader.Expected}") is not { } name)
            return null;
        if (name == FaultPolicy.Nothing.Name)
            return FaultPolicy.Nothing;
        var policy = Find(name);
        if (policy is null)
            reading.Report(node, Unknown(name));
        return policy;
    }

    internal string Unknown(string name) => $"unknown policy \"{name}\"; expected {string.Join(", ", _own.Keys.Concat(ready.Select(p => p.Name)).Append("none"))}";
}
