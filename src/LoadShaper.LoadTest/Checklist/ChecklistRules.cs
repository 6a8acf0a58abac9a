using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.LoadTest.Checklist;

/// <summary>What a reader saw of a target.</summary>
/// <param name="Addresses">Empty when the name did not resolve.</param>
/// <param name="ConnectProblem">Null when every address accepted a connection; also for UDP, where nothing is connected.</param>
/// <param name="Status">Of a GET on the first step's target; null without an answer or for echo targets.</param>
/// <param name="StatusProblem">Why there is no status.</param>
public sealed record TargetFacts(string Name, string Host, IReadOnlyList<string> Addresses, string? ResolveProblem, string? ConnectProblem, int? Status, string? StatusProblem);

/// <summary>The limits and the load that a LoadShaper daemon reports of itself (`resource_status` of /metrics).</summary>
public sealed record DaemonFacts(double MemoryMb, double CpuPercent, int ConcurrentRequests, int RequestsPerMinute, IReadOnlyList<string> Warnings, IReadOnlyList<string> Violations);

/// <summary>What the readers saw of this machine. Null: it could not be read.</summary>
/// <param name="CpuIdle">0 to 1, over about a second.</param>
/// <param name="ClockSynchronised">Null where systemd and the kernel both report nothing.</param>
/// <param name="PreviousResults">Files of an earlier run in the output directory.</param>
public sealed record GeneratorFacts(
    long? FileDescriptorLimit, (int First, int Last)? PortRange, double? DiskUsed, long? MemoryAvailable, double? CpuIdle,
    bool? ClockSynchronised, string? ClockSource, IReadOnlyList<string> PreviousResults);

/// <summary>The pre-test checklist of the specification: pure rules over what the readers saw.</summary>
public static class ChecklistRules
{
    public const double MostDiskUsed = 0.80;
    public const long LeastMemory = 1000L << 20;
    public const double LeastIdle = 0.80;

    /// <summary>Beside the connections: files, the runtime, epoll.</summary>
    private const int OtherDescriptors = 100;

    public static IReadOnlyList<CheckItem> Judge(RunPlan plan, IReadOnlyList<TargetFacts> targets, IReadOnlyCollection<string> allowed, GeneratorFacts machine, DaemonFacts? daemon)
    {
        var items = new List<CheckItem>();
        foreach (var target in targets)
            items.AddRange(Target(target, allowed));
        if (daemon is not null)
            items.Add(Daemon(daemon));
        items.AddRange([FileDescriptors(plan, machine), Ports(plan, machine), Disk(machine), Memory(plan, machine), Cpu(machine), Clock(machine), Previous(machine)]);
        return items;
    }

    private static IEnumerable<CheckItem> Target(TargetFacts target, IReadOnlyCollection<string> allowed)
    {
        if (target.ResolveProblem is { } unresolved)
        {
            yield return new CheckItem("DNS", CheckLevel.Fail, $"{target.Host}: {unresolved}", "Check the name, or use an address.");
            yield break;
        }
        if (target.Addresses.Count > 0)
            yield return new CheckItem("DNS", CheckLevel.Pass, $"{target.Host} is {string.Join(", ", target.Addresses)}");
        if (TargetRule.Refusal(target.Host, [.. target.Addresses.Select(System.Net.IPAddress.Parse)], allowed) is { } refusal)
            yield return new CheckItem("permission", CheckLevel.Fail, refusal, $"Add --allow-target {target.Host} if you are permitted to load it.");
        if (target.ConnectProblem is { } unconnected)
        {
            yield return new CheckItem("connection", CheckLevel.Fail, $"{target.Name}: {unconnected}", "Start the service, or fix the port or the firewall.");
            yield break;
        }
        yield return new CheckItem("connection", CheckLevel.Pass, $"{target.Name} accepts connections");
        if (target.StatusProblem is { } silent)
            yield return new CheckItem("health", CheckLevel.Fail, $"{target.Name}: {silent}", "Look at the log of the service.");
        else if (target.Status is { } status)
            yield return status switch
            {
                < 400 => new CheckItem("health", CheckLevel.Pass, $"{target.Name} answers with status {status}"),
                < 500 => new CheckItem("health", CheckLevel.Warn, $"{target.Name} answers with status {status}", "Check path, headers and credentials of the first step."),
                _ => new CheckItem("health", CheckLevel.Fail, $"{target.Name} answers with status {status}", "Look at the log of the service."),
            };
    }

    private static CheckItem Daemon(DaemonFacts daemon)
    {
        var found = FormattableString.Invariant($"LoadShaper daemon: {daemon.ConcurrentRequests} concurrent, {daemon.RequestsPerMinute}/min, {daemon.MemoryMb:0} MB, CPU {daemon.CpuPercent:0} %");
        return daemon.Violations.Count > 0 ? new CheckItem("daemon limits", CheckLevel.Fail, $"{found}; violations: {string.Join("; ", daemon.Violations)}", "Wait until the violations are over.")
            : daemon.Warnings.Count > 0 ? new CheckItem("daemon limits", CheckLevel.Warn, $"{found}; warnings: {string.Join("; ", daemon.Warnings)}", "Wait 60 s, or stop the other clients.")
            : new CheckItem("daemon limits", CheckLevel.Pass, found);
    }

    private static CheckItem FileDescriptors(RunPlan plan, GeneratorFacts machine)
    {
        var needed = plan.Connections + OtherDescriptors;
        return machine.FileDescriptorLimit is not { } limit ? Unknown("file descriptors")
            : limit >= needed ? new CheckItem("file descriptors", CheckLevel.Pass, $"limit {limit}, needed {needed}")
            : new CheckItem("file descriptors", CheckLevel.Fail, $"limit {limit}, needed {needed}", $"ulimit -n {needed}, or fewer connections.");
    }

    private static CheckItem Ports(RunPlan plan, GeneratorFacts machine)
    {
        if (machine.PortRange is not var (first, last))
            return Unknown("port range");
        var ports = last - first + 1;
        // A connection for every request leaves each port in TIME_WAIT for 60 s.
        var closing = plan.Flows.SelectMany(f => f.Steps).OfType<HttpStep>().Any(s => !s.KeepAlive);
        var found = $"{ports} local ports ({first} to {last}), {plan.Connections} connections";
        if (plan.Connections > ports)
            return new CheckItem("port range", CheckLevel.Fail, found, "Widen net.ipv4.ip_local_port_range, or use fewer connections.");
        var rate = plan.Phases.Max(p => p switch { ConstantRate c => c.Rate, RampRate r => Math.Max(r.From, r.To), RampHoldRamp r => Math.Max(r.Min, r.Max), StepRates s => s.Rates.Max(), SpikeRate s => Math.Max(s.Base, s.Peak), _ => 0 });
        return closing && rate * 60 > ports
            ? new CheckItem("port range", CheckLevel.Warn, $"{found}; {Units.FormatRate(rate)} without keep_alive uses {rate * 60:0} ports a minute", "Use keep_alive, or widen net.ipv4.ip_local_port_range.")
            : new CheckItem("port range", CheckLevel.Pass, found);
    }

    private static CheckItem Disk(GeneratorFacts machine) => machine.DiskUsed is not { } used ? Unknown("disk")
        : used < MostDiskUsed ? new CheckItem("disk", CheckLevel.Pass, $"{Percent(used)} used")
        : new CheckItem("disk", CheckLevel.Warn, $"{Percent(used)} used; expected under {Percent(MostDiskUsed)}", "Delete old reports, or choose another --out.");

    private static CheckItem Memory(RunPlan plan, GeneratorFacts machine)
    {
        var needed = Math.Max(LeastMemory, plan.MemoryLimitBytes ?? 0);
        return machine.MemoryAvailable is not { } available ? Unknown("memory")
            : available >= needed ? new CheckItem("memory", CheckLevel.Pass, $"{ReportText.Bytes(available)} available")
            : new CheckItem("memory", CheckLevel.Warn, $"{ReportText.Bytes(available)} available; expected {ReportText.Bytes(needed)}", "Stop other programs, or set --max-rss.");
    }

    private static CheckItem Cpu(GeneratorFacts machine) => machine.CpuIdle is not { } idle ? Unknown("CPU")
        : idle >= LeastIdle ? new CheckItem("CPU", CheckLevel.Pass, $"{Percent(idle)} idle")
        : new CheckItem("CPU", CheckLevel.Warn, $"{Percent(idle)} idle; expected {Percent(LeastIdle)}", "Stop other programs: they make the measured times longer.");

    private static CheckItem Clock(GeneratorFacts machine)
    {
        if (machine.ClockSource is "jiffies" or "acpi_pm" or "hpet")
            return new CheckItem("clock", CheckLevel.Warn, $"clock source {machine.ClockSource} is slow to read", "Use tsc, kvm-clock or arch_sys_counter.");
        var source = machine.ClockSource is null ? "" : $", clock source {machine.ClockSource}";
        return machine.ClockSynchronised switch
        {
            true => new CheckItem("clock", CheckLevel.Pass, "synchronised" + source),
            false => new CheckItem("clock", CheckLevel.Warn, "not synchronised" + source, "Start chrony or systemd-timesyncd, so that times match the server's log."),
            _ => new CheckItem("clock", CheckLevel.Pass, "synchronisation unknown" + source),
        };
    }

    private static CheckItem Previous(GeneratorFacts machine) => machine.PreviousResults.Count == 0
        ? new CheckItem("previous results", CheckLevel.Pass, "none in the output directory")
        : new CheckItem("previous results", CheckLevel.Warn, $"{string.Join(", ", machine.PreviousResults)} will be replaced", "loadshaper load archive DIR keeps them.");

    private static CheckItem Unknown(string name) => new(name, CheckLevel.Warn, "cannot be read on this system", "Check it by hand.");

    private static string Percent(double share) => $"{Math.Round(share * 100)} %";
}
