using System.Net;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>Reads the rules, and refuses two that match the same target at the same rank.</summary>
internal static class RuleReader
{
    private const string Expected = "a list of rules such as {policy: mobile_3g, protocol: tcp, port: 8080}";

    internal static IReadOnlyList<FaultRule> Read(YamlReading reading, YamlNode node, PolicyBook book, ulong seed, IReadOnlyList<ProxySettings> proxies)
    {
        var rules = new List<(FaultRule Rule, YamlNode Node)>();
        foreach (var item in reading.Items(node, "rules", Expected))
        {
            if (ReadOne(reading, item, book, seed, rules.Count) is not { } rule)
                continue;
            foreach (var (other, at) in rules.Where(r => r.Rule.IsAmbiguousWith(rule)))
                reading.Report(item, $"rule \"{rule.Name}\" and rule \"{other.Name}\" in line {at.Start.Line} can match the same target with equal priority and prefix length; expected different priorities");
            foreach (var problem in proxies.Where(p => p.Policy is null && CanMatch(rule, p)).SelectMany(p => ProtocolFit.Problems(rule.Policy, p.Protocol)).Distinct())
                reading.Report(item, problem);
            rules.Add((rule, item));
        }
        return [.. rules.Select(r => r.Rule)];
    }

    private static FaultRule? ReadOne(YamlReading reading, YamlNode node, PolicyBook book, ulong seed, int index)
    {
        if (reading.Map(node, "a rule", "name", "policy", "protocol", "cidr", "port", "host", "priority", "seed", "schedule") is not { } map)
            return null;
        if (!map.TryGetValue("policy", out var policyNode))
        {
            reading.Report(node, "the rule has no policy; expected {policy: mobile_3g, protocol: tcp, port: 8080}");
            return null;
        }
        var name = map.TryGetValue("name", out var nameNode) ? reading.Text(nameNode, "name") : null;
        if (book.Resolve(reading, policyNode, name ?? $"rule {index + 1}") is not { } policy)
            return null;
        var host = map.TryGetValue("host", out var hostNode) ? reading.Text(hostNode, "host")?.TrimEnd('.').ToLowerInvariant() : null;
        if (host is not null && (host.LastIndexOf('*') > 0 || host.StartsWith('*') && !host.StartsWith("*.", StringComparison.Ordinal)))
            reading.Report(hostNode!, $"host is {YamlReading.Describe(hostNode!)}; expected a name such as api.example.com, or *.example.com for all names below it");
        if (host is not null && IPAddress.TryParse(host, out _))
            reading.Report(hostNode!, $"host is {YamlReading.Describe(hostNode!)}; expected a name; for an address use cidr");
        IPNetwork? network = null;
        if (map.TryGetValue("cidr", out var cidr) && reading.Text(cidr, "cidr") is { } text && (network = FaultUnits.ParseNetwork(text)) is null)
            reading.Report(cidr, $"cidr is \"{text}\"; expected a prefix such as 10.0.0.0/8, or an address");
        return new FaultRule
        {
            Name = name ?? $"rule {index + 1}",
            Policy = map.TryGetValue("schedule", out var schedule) ? policy with { Schedule = ScheduleReader.Read(reading, schedule) } : policy,
            Protocol = map.TryGetValue("protocol", out var protocol)
                ? reading.Choice(protocol, "protocol", ("tcp", FaultProtocol.Tcp), ("udp", FaultProtocol.Udp), ("dns", FaultProtocol.Dns))
                : null,
            Network = network,
            Port = map.TryGetValue("port", out var port) ? reading.Integer(port, "port", 1, 65_535) : null,
            Host = host,
            Priority = map.TryGetValue("priority", out var priority) ? reading.Integer(priority, "priority", -1_000_000, 1_000_000) ?? 0 : 0,
            Seed = map.TryGetValue("seed", out var seedNode) ? reading.Seed(seedNode) : seed,
        };
    }

    private static bool CanMatch(FaultRule rule, ProxySettings proxy)
    {
        var address = IPAddress.TryParse(proxy.Upstream.Host, out var literal) ? literal : null;
        // A name may resolve into any prefix.
        var asked = rule.Network is not null && address is null ? rule with { Network = null } : rule;
        return asked.Matches(new FaultTarget(proxy.Protocol, address is null ? proxy.Upstream.Host : null, address, proxy.Upstream.Port));
    }
}
