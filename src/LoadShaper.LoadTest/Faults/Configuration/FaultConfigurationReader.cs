using System.Net;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Policies;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>Reads a configuration file of `loadshaper fault`. Every problem is reported with line and column, all together.</summary>
public static class FaultConfigurationReader
{
    private static readonly string[] Keys = ["control", "seed", "policies", "proxies", "rules", "dns"];

    /// <exception cref="ScenarioException">All problems.</exception>
    public static FaultConfiguration ReadFile(string path)
    {
        try
        {
            return Read(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ScenarioException([new ScenarioProblem(path, 0, 0, $"cannot be read: {e.Message}; expected a YAML file with policies and proxies")]);
        }
    }

    /// <exception cref="ScenarioException">All problems.</exception>
    public static FaultConfiguration Read(string source, string text) => Read(source, text, FaultProfiles.All);

    /// <param name="ready">Policies that the file can name without having them.</param>
    internal static FaultConfiguration Read(string source, string text, IReadOnlyList<FaultPolicy> ready)
    {
        var reading = new YamlReading(source);
        var configuration = reading.Load(text, "fault configuration", "policies, proxies, rules or dns") is { } root ? Read(reading, root, new PolicyBook(ready)) : null;
        return reading.Problems.Count == 0 ? configuration! : throw new ScenarioException([.. reading.Problems.Distinct().OrderBy(p => p.Line).ThenBy(p => p.Column)]);
    }

    private static FaultConfiguration? Read(YamlReading reading, YamlMappingNode root, PolicyBook book)
    {
        if (reading.Map(root, "the fault configuration", Keys) is not { } map)
            return null;
        var seed = map.TryGetValue("seed", out var seedNode) ? reading.Seed(seedNode) : 1;
        if (map.TryGetValue("policies", out var policies))
            ReadPolicies(reading, policies, book);
        var proxies = map.TryGetValue("proxies", out var proxiesNode) ? ProxyReader.Read(reading, proxiesNode, book, seed) : [];
        var rules = map.TryGetValue("rules", out var rulesNode) ? RuleReader.Read(reading, rulesNode, book, seed, proxies) : [];
        return new FaultConfiguration
        {
            Control = map.TryGetValue("control", out var control) ? Control(reading, control) : null,
            Seed = seed,
            Policies = book.Own,
            Proxies = proxies,
            Rules = rules,
            Dns = map.TryGetValue("dns", out var dns) ? Dns(reading, dns, book) : null,
        };
    }

    private static void ReadPolicies(YamlReading reading, YamlNode node, PolicyBook book)
    {
        if (node is not YamlMappingNode map)
        {
            reading.Report(node, $"policies is {YamlReading.Describe(node)}; expected a mapping of names to {PolicyReader.Expected}");
            return;
        }
        foreach (var (key, value) in map.Children)
            if (reading.Text(key, "the name of a policy") is { } name && PolicyReader.Read(reading, value, name) is { } policy)
                book.Add(policy);
    }

    private static Endpoint? Control(YamlReading reading, YamlNode node)
    {
        if (reading.Endpoint(node, "control", allowZero: true) is not { } endpoint)
            return null;
        if (IsLoopback(endpoint))
            return endpoint;
        reading.Report(node, $"control is {YamlReading.Describe(node)}; expected a loopback address such as 127.0.0.1:8474, because the interface has no authentication");
        return null;
    }

    public static bool IsLoopback(Endpoint endpoint) => endpoint.Host == "localhost" || IPAddress.TryParse(endpoint.Host, out var address) && IPAddress.IsLoopback(address);

    private static DnsSettings? Dns(YamlReading reading, YamlNode node, PolicyBook book)
    {
        if (reading.Map(node, "dns", "listen", "upstream", "hosts", "policy") is not { } map)
            return null;
        if (!map.TryGetValue("listen", out var listenNode))
        {
            reading.Report(node, "dns has no listen; expected {listen: 127.0.0.1:5353, upstream: 127.0.0.53:53}");
            return null;
        }
        var listen = ProxyReader.Address(reading, listenNode, "listen", allowZero: true);
        var policy = map.TryGetValue("policy", out var policyNode) ? book.Resolve(reading, policyNode, "dns") : null;
        if (policy is not null && policy.Dns is null && policy != FaultPolicy.Nothing)
            reading.Report(policyNode!, $"policy \"{policy.Name}\" has no dns; expected dns: {{delay: 300ms, timeout: 5%, nxdomain: 5%}} in it");
        return listen is null ? null : new DnsSettings
        {
            Listen = listen,
            Upstream = map.TryGetValue("upstream", out var upstream) ? ProxyReader.Address(reading, upstream, "upstream") : null,
            Hosts = map.TryGetValue("hosts", out var hosts) ? Hosts(reading, hosts) : new Dictionary<string, IReadOnlyList<IPAddress>>(),
            Policy = policy,
        };
    }

    private static Dictionary<string, IReadOnlyList<IPAddress>> Hosts(YamlReading reading, YamlNode node)
    {
        var hosts = new Dictionary<string, IReadOnlyList<IPAddress>>();
        if (node is not YamlMappingNode map)
        {
            reading.Report(node, $"hosts is {YamlReading.Describe(node)}; expected a mapping of names to addresses");
            return hosts;
        }
        foreach (var (key, value) in map.Children)
        {
            if (reading.Text(key, "a name in hosts") is not { } name)
                continue;
            var addresses = new List<IPAddress>();
            foreach (var item in value is YamlSequenceNode list ? list.Children : [value])
                if (item is YamlScalarNode { Value: { } text } && IPAddress.TryParse(text, out var address))
                    addresses.Add(address);
                else
                    reading.Report(item, $"hosts \"{name}\" is {YamlReading.Describe(item)}; expected an address or a list of them");
            hosts[name.TrimEnd('.').ToLowerInvariant()] = addresses;
        }
        return hosts;
    }
}
