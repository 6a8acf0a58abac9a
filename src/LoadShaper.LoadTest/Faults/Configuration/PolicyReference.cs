using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Policies;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>A policy as the command line names it: a profile, `FILE.yaml#NAME`, a file with one policy, or a policy in place.</summary>
public static class PolicyReference
{
    public const string Expected = "a profile (loadshaper fault profiles), FILE.yaml#NAME, a file with one policy, or a policy such as {latency: 50ms}";

    /// <param name="flag">For messages, such as --fault.</param>
    /// <exception cref="ScenarioException">All problems.</exception>
    public static FaultPolicy Read(string text, string flag)
    {
        if (text.TrimStart().StartsWith('{'))
        {
            var reading = new YamlReading(flag);
            var policy = reading.Load(text, "policy", "latency, packet_loss and the like") is { } root ? PolicyReader.Read(reading, root, "command line") : null;
            return reading.Problems.Count == 0 ? policy! : throw new ScenarioException(reading.Problems);
        }
        if (text == FaultPolicy.Nothing.Name)
            return FaultPolicy.Nothing;
        if (FaultProfiles.Find(text) is { } ready)
            return ready;
        var (path, name) = text.LastIndexOf('#') is > 0 and var at ? (text[..at], text[(at + 1)..]) : (text, null);
        if (name is null && !File.Exists(path))
            throw new ScenarioException([new ScenarioProblem(flag, 0, 0, $"\"{text}\" is unknown; expected {Expected}; profiles are {string.Join(", ", FaultProfiles.All.Select(p => p.Name))}")]);
        var policies = FaultConfigurationReader.ReadFile(path).Policies;
        return (name is null ? policies is [var only] ? only : null : policies.FirstOrDefault(p => p.Name == name))
            ?? throw new ScenarioException([new ScenarioProblem(path, 0, 0, $"{(name is null ? $"it has {policies.Count} policies; expected one, or {path}#NAME" : $"no policy is named \"{name}\"; expected one of it")}{(policies.Count == 0 ? "" : $": {string.Join(", ", policies.Select(p => p.Name))}")}")]);
    }
}
