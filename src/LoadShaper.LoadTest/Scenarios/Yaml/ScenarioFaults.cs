using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Policies;
using LoadShaper.LoadTest.Faults.Runs;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios.Yaml;

/// <summary>Reads `faults`: a name, {policy: NAME, file: faults.yaml, seed: 7}, or the faults themselves.</summary>
internal static class ScenarioFaults
{
    internal static RunFaultPlan? Read(YamlReading reading, YamlNode node, Func<string, FileText> readFile)
    {
        if (node is not YamlMappingNode map)
            return new PolicyBook(FaultProfiles.All).Resolve(reading, node, "faults") is { } named ? new RunFaultPlan(named) : null;
        var seed = map.Children.TryGetValue(new YamlScalarNode("seed"), out var seedNode) ? reading.Seed(seedNode) : 1;
        if (!map.Children.TryGetValue(new YamlScalarNode("policy"), out var policyNode))
        {
            var name = map.Children.TryGetValue(new YamlScalarNode("name"), out var nameNode) ? reading.Text(nameNode, "name") : null;
            return PolicyReader.Read(reading, node, name ?? "faults", "name", "seed", "policy", "file") is { } own ? new RunFaultPlan(own, seed) : null;
        }
        if (reading.Map(node, "faults", "policy", "file", "seed") is not { } keys)
            return null;
        var book = new PolicyBook(FaultProfiles.All);
        if (keys.TryGetValue("file", out var fileNode) && !AddFile(reading, fileNode, readFile, book))
            return null;
        return book.Resolve(reading, policyNode, "faults") is { } policy ? new RunFaultPlan(policy, seed) : null;
    }

    private static bool AddFile(YamlReading reading, YamlNode node, Func<string, FileText> readFile, PolicyBook book)
    {
        if (reading.Text(node, "file", "a fault configuration") is not { } path)
            return false;
        var file = readFile(path);
        if (file.Text is null)
        {
            reading.Report(node, $"file \"{path}\" cannot be read: {file.Error}");
            return false;
        }
        try
        {
            foreach (var policy in FaultConfigurationReader.Read(path, file.Text).Policies)
                book.Add(policy);
            return true;
        }
        catch (ScenarioException e)
        {
            reading.Problems.AddRange(e.Problems);
            return false;
        }
    }
}
