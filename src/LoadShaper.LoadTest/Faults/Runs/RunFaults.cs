using LoadShaper.LoadTest.Companions;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Control;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Reports;

namespace LoadShaper.LoadTest.Faults.Runs;

/// <summary>The policy of a load run and the start of its random choices.</summary>
public sealed record RunFaultPlan(FaultPolicy Policy, ulong Seed = 1);

/// <summary>The proxies of one run: each target of the plan is reached through a proxy of this process on loopback.</summary>
public sealed class RunFaults : IAsyncDisposable
{
    private readonly RunFaultPlan _plan;
    private readonly FaultHost _host;
    private readonly Dictionary<(string, TargetProtocol), int> _ports;

    private RunFaults(RunFaultPlan plan, FaultHost host, Dictionary<(string, TargetProtocol), int> ports) => (_plan, _host, _ports) = (plan, host, ports);

    /// <param name="failed">Receives a text when a defect was caught.</param>
    /// <exception cref="IOException">No port or descriptor is free.</exception>
    public static async Task<RunFaults> StartAsync(RunFaultPlan faults, IEnumerable<LoadTarget> targets, Action<string> failed)
    {
        var distinct = targets.DistinctBy(Key).ToArray();
        var host = await FaultHost.StartAsync(new FaultConfiguration { Proxies = [.. distinct.Select((t, i) => Proxy(faults, t, i))] }, failed).ConfigureAwait(false);
        var status = await host.StatusAsync().ConfigureAwait(false);
        return new RunFaults(faults, host, distinct.Select((t, i) => (Key(t), status.Proxies.Single(p => p.Settings.Name == Name(i)).Listen.Port)).ToDictionary(p => p.Item1, p => p.Port));
    }

    /// <summary>What the policy cannot do to these targets.</summary>
    public static IEnumerable<string> Problems(FaultPolicy policy, IEnumerable<LoadTarget> targets) =>
        targets.Select(t => Protocol(t)).Distinct().SelectMany(p => ProtocolFit.Problems(policy, p));

    /// <summary>The same plan with its targets behind the proxies. Names, Host headers and TLS names stay those of the targets.</summary>
    public RunPlan Through(RunPlan plan) => plan with { Targets = [.. plan.Targets.Select(Through)] };

    public async Task<CompanionResult> FinishAsync() => Report(_plan, _ports.Keys.Select(k => k.Item2), await CountersAsync().ConfigureAwait(false));

    /// <summary>How often each fault happened up to now.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountersAsync()
    {
        var status = await _host.StatusAsync().ConfigureAwait(false);
        return status.Hits.SelectMany(h => h.Counters).GroupBy(c => c.Name).ToDictionary(g => g.Key, g => g.Sum(c => c.Value));
    }

    /// <summary>What the report has about a policy.</summary>
    /// <param name="protocols">Of the targets.</param>
    public static CompanionResult Report(RunFaultPlan plan, IEnumerable<TargetProtocol> protocols, IReadOnlyDictionary<string, long> counters) => new(
        new ReportSection("Faults", [.. Notes(plan, protocols)], ["fault", "count"], [.. counters.Select(c => (IReadOnlyList<string>)[c.Key.Replace('_', ' '), ReportText.Count(c.Value)])]),
        summary => summary with { Faults = new SummaryFaults(plan.Policy.Name, PolicyFormatter.Line(plan.Policy), plan.Seed, counters) });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static IEnumerable<string> Notes(RunFaultPlan plan, IEnumerable<TargetProtocol> protocols)
    {
        yield return $"Policy {plan.Policy.Name}: {PolicyFormatter.Line(plan.Policy)}; seed {plan.Seed}. Requests pass a proxy in the process that sends them; latency applies to each direction.";
        if (protocols.Any(p => p != TargetProtocol.UdpEcho) && (plan.Policy.Uplink.HasLoss || plan.Policy.Downlink.HasLoss))
            yield return "Loss on TCP is modelled: the data of a lost segment arrives as late as a retransmission of Linux would. Handshakes are not affected.";
        if (plan.Policy.Dns is not null)
            yield return "dns applies to the name look-up before each new connection; a target that is an address has none.";
    }

    private LoadTarget Through(LoadTarget target) => target with
    {
        Addresses = [System.Net.IPAddress.Loopback],
        Host = target.UnixSocketPath is null ? target.Host : "localhost",
        Port = _ports[Key(target)],
        UnixSocketPath = null,
        HostHeader = target.HostHeader ?? Engine.Http.CompiledHttpStep.HostOf(target),
    };

    private static ProxySettings Proxy(RunFaultPlan faults, LoadTarget target, int index) => new()
    {
        Name = Name(index),
        Protocol = Protocol(target),
        Listen = new Endpoint("127.0.0.1", 0),
        Upstream = target.UnixSocketPath is { } path ? new Endpoint("unix", 0, path)
            : new Endpoint(target.Addresses.Count > 0 ? target.Addresses[0].ToString() : target.Host.Trim('[', ']'), target.Port),
        Policy = faults.Policy,
        Seed = faults.Seed,
        MaxConnections = 65_000,
    };

    private static string Name(int index) => $"target {index + 1}";

    private static FaultProtocol Protocol(LoadTarget target) => target.Protocol == TargetProtocol.UdpEcho ? FaultProtocol.Udp : FaultProtocol.Tcp;

    private static (string, TargetProtocol) Key(LoadTarget target) => (target.Name, target.Protocol);
}
