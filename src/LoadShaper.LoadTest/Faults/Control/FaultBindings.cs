using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Proxy;

namespace LoadShaper.LoadTest.Faults.Control;

/// <summary>The bindings of the present configuration. Counters outlive a change of the configuration by their name.</summary>
internal sealed class FaultBindings : IFaultBindings
{
    private readonly Dictionary<string, FaultHits> _hits = [];
    private readonly Dictionary<string, FaultBinding> _bindings = [];
    private FaultRules _rules = new([]);

    public int Version { get; private set; }

    internal IEnumerable<(string Name, FaultHits Hits)> Hits => _hits.Select(h => (h.Key, h.Value));

    internal void Set(IReadOnlyList<FaultRule> rules)
    {
        _rules = new FaultRules(rules);
        Touch();
    }

    /// <summary>The settings of a proxy changed.</summary>
    internal void Touch()
    {
        _bindings.Clear();
        Version++;
    }

    public FaultBinding Find(ProxySettings proxy, FaultTarget target) =>
        proxy.Policy is { } own ? Of($"proxy {proxy.Name}: {own.Name}", own, proxy.Seed) : OfRule(target);

    public bool NeedsAddress(ProxySettings proxy) =>
        proxy.Policy is null && _rules.All.Any(r => r.Network is not null && (r.Protocol is null || r.Protocol == proxy.Protocol));

    internal FaultBinding FindName(FaultPolicy? policy, string name) =>
        policy is not null ? Of($"dns: {policy.Name}", policy, 1) : OfRule(new FaultTarget(FaultProtocol.Dns, name, null, 0));

    private FaultBinding OfRule(FaultTarget target) =>
        _rules.Find(target) is { } rule ? Of(rule.Name, rule.Policy, rule.Seed) : Of(FaultPolicy.Nothing.Name, FaultPolicy.Nothing, 1);

    private FaultBinding Of(string name, FaultPolicy policy, ulong seed)
    {
        if (_bindings.TryGetValue(name, out var known))
            return known;
        if (!_hits.TryGetValue(name, out var hits))
            _hits[name] = hits = new FaultHits();
        return _bindings[name] = new FaultBinding(name, policy, seed, hits);
    }
}
