using System.Globalization;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Health;

/// <summary>Something that is wrong, with its fix.</summary>
/// <param name="Check">As in <see cref="HealthVerdict.Checks"/>.</param>
/// <param name="Fix">What the operator does; empty when the text contains it.</param>
public sealed record Problem(string Check, string Text, string Fix);

/// <summary>Every failed check as a problem with its fix, most serious first.</summary>
public static class ProblemList
{
    private const string Log = "Read the log (journalctl -u loadshaper, or the container's log) and restart LoadShaper if it does not recover.";

    public static IReadOnlyList<Problem> Of(HealthState state, HealthVerdict verdict) =>
        [.. verdict.Checks.Where(check => check != HealthPolicy.AllOperational).SelectMany(check => AllOf(check, state))];

    // A check about politeness is one problem for each finding of its kind.
    private static IEnumerable<Problem> AllOf(string check, HealthState state)
    {
        var findings = (state.Politeness?.Findings ?? []).Where(finding => HealthPolicy.NameOf(finding.Subject) == check).ToList();
        return findings.Count == 0 ? [Of(check, state)] : findings.Select(finding => new Problem(check, Sentence(finding.Problem), Sentence(finding.Remedy)));
    }

    private static Problem Of(string check, HealthState state) => check switch
    {
        "sampler_silent" => new(check, "The machine is not being read, so no load runs.", Log),
        "controller_silent" => new(check, "Nothing is decided, so no load runs.", Log),
        "cpu_unreadable" => new(check, "/proc/stat cannot be read, so no load runs.", "Make /proc readable for the service: no hidepid, no ProcSubset=pid."),
        "gate_closed_without_readings" => new(check, "CPU, memory or the load average cannot be read, so no load runs.", "Make /proc/stat, /proc/meminfo and /proc/loadavg readable for the service."),
        "clock_not_set" => new(check, "The clock of this VM was never set, so no load runs.", "Start a time service: chrony or systemd-timesyncd."),
        "journal_failing" => new(check, Sentence($"Decisions are not recorded: {state.Controller?.Problem}"), "Free space in the data directory, or fix its ownership and permissions. LoadShaper retries by itself."),
        "samples_not_stored" => new(check, Sentence($"Samples are not stored: {state.Store?.Problem}"), "Free space in the data directory, or fix its ownership and permissions. LoadShaper retries by itself."),
        "vm_at_risk" => new(check, "By Oracle's rule this VM is idle now.", "Keep LoadShaper running. If other work keeps the gate closed, give LoadShaper some hours without it; upgrading to Pay As You Go exempts the VM."),
        "gate_held_by_one_signal" => Split(check, state.Controller?.Stuck?.Describe() ?? "One signal keeps the gate closed", ". "),
        "oracle_reads_idle" => new(check, Sentence(OracleReading(state)), "Run `loadshaper oracle`; check that the Oracle Cloud Agent runs. A higher CPU_P95_SETPOINT gives more margin."),
        "memory_unreadable" => new(check, "/proc/meminfo cannot be read.", "Make it readable for the service."),
        "load_unreadable" => new(check, "/proc/loadavg cannot be read.", "Make it readable for the service."),
        "memory_not_held" => new(check, Sentence($"Memory is not held as it should be: {state.Memory?.Trouble}"), "Run `loadshaper doctor`; lower MEM_TARGET_PCT or free memory."),
        NetworkProblem.NoPeer or NetworkProblem.Unreadable or NetworkProblem.BudgetReached or NetworkProblem.NotReceiving
            => new(check, Sentence(NetworkProblem.Text(check, state)), NetworkProblem.Fix(check)),
        "impossible_counters" => new(check, $"Kernel counters that cannot be true ({Counters(state.Sample)}) are left out of the readings.", "Compare /proc/stat with the elapsed time; a newer kernel may fix it."),
        "another_keeper" => Split(check, state.Host?.OtherKeeper ?? "Another LoadShaper runs on this machine", "; "),
        "alerts_failing" => new(check, Sentence($"Notifications are not delivered: {Alerts(state.Alerts)}"), "Check the network and the URLs with `loadshaper alert test`."),
        HealthPolicy.JournalLoss => new(check, Sentence($"Part of the record was lost: {state.Controller?.JournalLoss}"), "Nothing for the protection of this VM. The damaged file was moved aside; copy it if you want to examine it."),
        _ => new(check, $"{char.ToUpperInvariant(check[0])}{check[1..].Replace('_', ' ')}.", "Run `loadshaper doctor`."),
    };

    private static string Alerts(AlertStatus? alerts) => string.Join("; ",
        (alerts?.Channels ?? []).Where(channel => channel.Problem is not null).Select(channel => $"{channel.Name} ({channel.Address}): {channel.Problem}")
            .Concat(alerts?.StateProblem is { } state ? [$"alerts.json cannot be written ({state})"] : Array.Empty<string>()));

    // Texts that contain their fix behind a separator.
    private static Problem Split(string check, string text, string separator)
    {
        var end = text.IndexOf(separator, StringComparison.Ordinal);
        return end < 0
            ? new Problem(check, Sentence(text), "")
            : new Problem(check, Sentence(text[..end]), Sentence(text[(end + separator.Length)..]));
    }

    private static string OracleReading(HealthState state) => state.Comparison is { } comparison
        ? string.Create(CultureInfo.InvariantCulture, $"Oracle's own readings call this VM idle: lowest CPU P95 {comparison.OracleCpu:0.00} %, LoadShaper's {comparison.OurCpu:0.00} %")
        : "Oracle's own readings call this VM idle";

    private static string Counters(Sample? sample) => sample?.Impossible.ToString().ToLower(CultureInfo.InvariantCulture) ?? "unknown";

    private static string Sentence(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] is '.' or '!' or '?' ? "" : ".");
}
