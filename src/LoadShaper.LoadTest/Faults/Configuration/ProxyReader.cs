using System.Net;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>Reads the list of proxies.</summary>
internal static class ProxyReader
{
    internal static readonly string[] Keys = ["name", "listen", "upstream", "protocol", "policy", "enabled", "seed", "max_connections"];
    private const string Expected = "a list of proxies such as {name: api, listen: 127.0.0.1:9001, upstream: 127.0.0.1:8080, policy: mobile_3g}";

    internal static IReadOnlyList<ProxySettings> Read(YamlReading reading, YamlNode node, PolicyBook book, ulong seed)
    {
        var proxies = new List<ProxySettings>();
        foreach (var item in reading.Items(node, "proxies", Expected))
        {
            if (ReadOne(reading, item, book, seed) is not { } proxy)
                continue;
            if (proxies.FirstOrDefault(p => p.Name == proxy.Name) is not null)
                reading.Report(item, $"a second proxy \"{proxy.Name}\"; expected distinct names");
            else if (proxy.Listen.Port != 0 && proxies.FirstOrDefault(p => p.Listen == proxy.Listen && p.Protocol == proxy.Protocol) is { } other)
                reading.Report(item, $"proxy \"{proxy.Name}\" listens on {proxy.Listen} as \"{other.Name}\" does; expected distinct addresses");
            proxies.Add(proxy);
        }
        return proxies;
    }

    internal static ProxySettings? ReadOne(YamlReading reading, YamlNode node, PolicyBook book, ulong seed)
    {
        if (reading.Map(node, "a proxy", Keys) is not { } map)
            return null;
        var missing = ((string[])["listen", "upstream"]).Where(k => !map.ContainsKey(k)).ToArray();
        if (missing.Length > 0)
        {
            reading.Report(node, $"the proxy has no {string.Join(" and no ", missing)}; expected {{listen: 127.0.0.1:9001, upstream: 127.0.0.1:8080}}");
            return null;
        }
        var protocol = map.TryGetValue("protocol", out var protocolNode)
            ? reading.Choice(protocolNode, "protocol", ("tcp", FaultProtocol.Tcp), ("udp", FaultProtocol.Udp)) ?? FaultProtocol.Tcp
            : FaultProtocol.Tcp;
        var listen = Address(reading, map["listen"], "listen", allowZero: true);
        var upstream = reading.Endpoint(map["upstream"], "upstream", allowUnix: protocol == FaultProtocol.Tcp);
        if (listen is null || upstream is null)
            return null;
        var name = map.TryGetValue("name", out var nameNode) ? reading.Text(nameNode, "name") : null;
        var policy = map.TryGetValue("policy", out var policyNode) ? book.Resolve(reading, policyNode, name ?? listen.ToString()) : null;
        if (policy is not null)
            foreach (var problem in ProtocolFit.Problems(policy, protocol))
                reading.Report(policyNode!, problem);
        return new ProxySettings
        {
            Name = name ?? listen.ToString(),
            Protocol = protocol,
            Listen = listen,
            Upstream = upstream,
            Policy = policy,
            Enabled = !map.TryGetValue("enabled", out var enabled) || (reading.Flag(enabled, "enabled") ?? true),
            Seed = map.TryGetValue("seed", out var seedNode) ? reading.Seed(seedNode) : seed,
            MaxConnections = map.TryGetValue("max_connections", out var most) ? reading.Integer(most, "max_connections", 1, 100_000) ?? 20_000
                : protocol == FaultProtocol.Udp ? 4_096 : 20_000,
        };
    }

    /// <summary>An endpoint whose host is an address or `localhost`: what listens must not depend on a resolver.</summary>
    internal static Endpoint? Address(YamlReading reading, YamlNode node, string what, bool allowZero = false)
    {
        if (reading.Endpoint(node, what, allowZero: allowZero) is not { } endpoint)
            return null;
        if (endpoint.Host == "localhost")
            return endpoint with { Host = "127.0.0.1" };
        if (IPAddress.TryParse(endpoint.Host, out _))
            return endpoint;
        reading.Report(node, $"{what} is {YamlReading.Describe(node)}; expected an address in place of the name, such as 127.0.0.1:9001");
        return null;
    }
}
