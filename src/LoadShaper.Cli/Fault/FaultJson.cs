using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Control;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.Cli.Fault;

/// <summary>Proxies and policies as JSON; policies with the keys of the configuration file.</summary>
internal static class FaultJson
{
    public static object Status(FaultStatus status) => new
    {
        Proxies = status.Proxies.ToDictionary(p => p.Settings.Name, Proxy),
        Hits = status.Hits.ToDictionary(h => h.Name, h => h.Counters.ToDictionary(c => c.Name, c => c.Value)),
        status.BufferedBytes,
        status.OpenSockets,
    };

    public static object Proxy(ProxyStatus proxy) => new
    {
        proxy.Settings.Name,
        Protocol = proxy.Settings.Protocol.ToString().ToLowerInvariant(),
        Listen = proxy.Listen.ToString(),
        Upstream = proxy.Settings.Upstream.ToString(),
        proxy.Settings.Enabled,
        Policy = proxy.Settings.Policy is { } policy ? new { policy.Name, Faults = Policy(policy) } : null,
        proxy.Accepted,
        proxy.Open,
        proxy.Rejected,
        proxy.UpstreamFailed,
        proxy.BytesUp,
        proxy.BytesDown,
        proxy.DatagramsUp,
        proxy.DatagramsDown,
        proxy.SendFailed,
    };

    public static object Policy(FaultPolicy policy) => Nested(PolicyFormatter.Entries(policy));

    private static object Nested(object value) => value is IReadOnlyList<(string Key, object Value)> map ? map.ToDictionary(e => e.Key, e => Nested(e.Value)) : value;
}
