using System.Text.Json;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Cli.Status;

/// <summary>What `status` shows. Percentages 0 to 100; null where it is not known.</summary>
/// <param name="Verdict">SAFE, AT RISK or UNKNOWN.</param>
/// <param name="ProtectedBy">cpu, memory or network; null when no metric is above the threshold.</param>
/// <param name="Margin">Points between the best metric and the threshold.</param>
/// <param name="CpuP95">Lowest CPU percentile of all grids, unseen minutes counted as idle.</param>
/// <param name="MemoryMean">Mean over the window.</param>
/// <param name="NetworkMean">Mean over the window.</param>
/// <param name="UnseenHours">Part of the window without samples.</param>
/// <param name="MinutesNeeded">Minutes at or above the threshold that the window lacks.</param>
/// <param name="TurnsAt">When the verdict would turn if LoadShaper stopped now.</param>
/// <param name="Now">What happens now, and why; one line.</param>
/// <param name="Cost">Own CPU now and today; one line.</param>
/// <param name="Problems">Each problem with its fix.</param>
/// <param name="CpuReserveHours">Hours for which the CPU readings hold without LoadShaper; null when they do not hold or it is not known.</param>
internal sealed record StatusView(
    string Verdict,
    string? ProtectedBy,
    double? Margin,
    double? CpuP95,
    double? MemoryMean,
    double? NetworkMean,
    double UnseenHours,
    int MinutesNeeded,
    DateTimeOffset? TurnsAt,
    string Now,
    string Cost,
    IReadOnlyList<string> Problems,
    int? CpuReserveHours = null)
{
    /// <summary>From the answers of a running daemon.</summary>
    /// <param name="ownToday">Mean of own CPU since the UTC day began; null when it cannot be read.</param>
    public static StatusView Of(JsonElement health, JsonElement metrics, double? ownToday)
    {
        var verdict = health.GetProperty("verdict");
        var current = metrics.GetProperty("current");
        var own = Number(current, "cpu_own");
        return new StatusView(
            Text(verdict, "word") ?? "UNKNOWN",
            Text(verdict, "saved_by"),
            Number(verdict, "margin_points"),
            Number(verdict, "cpu_pessimistic"),
            Number(verdict, "memory"),
            Number(verdict, "network"),
            Number(verdict, "missing_hours") ?? 168,
            (int)(Number(verdict, "minutes_needed") ?? 0),
            Text(verdict, "turns_at") is { } turns && DateTimeOffset.TryParse(turns, out var at) ? at : null,
            NowLine(health, metrics),
            $"LoadShaper uses {Percent(own)} of the CPU now{(ownToday is { } today ? $", {Percent(today)} on average today (UTC)" : "")}.",
            ProblemsOf(health),
            (int?)Number(verdict, "cpu_reserve_hours"));
    }

    /// <summary>From the record of a daemon that does not run.</summary>
    /// <param name="verdict">The last verdict that was recorded; null when there is none.</param>
    /// <param name="last">Time of the last event.</param>
    /// <param name="reason">Why it stopped; null when it was killed.</param>
    public static StatusView Stopped(Verdict? verdict, DateTimeOffset? last, string? reason, double? ownToday) => new(
        VerdictFormatter.Of(verdict?.Kind),
        verdict?.SavedBy?.ToString().ToLowerInvariant(),
        verdict?.Margin,
        verdict?.CpuPessimistic,
        verdict?.Memory,
        verdict?.Network,
        verdict?.Missing.TotalHours ?? 168,
        verdict?.MinutesNeeded ?? 0,
        verdict?.TurnsAt,
        last is { } at
            ? $"LoadShaper does not run; the last event is of {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC{(reason is null ? ", without an orderly stop" : $" (stopped: {reason})")}. The verdict below is of that time."
            : "LoadShaper does not run, and the journal has no event.",
        ownToday is { } today ? $"LoadShaper used {Percent(today)} of the CPU on average today (UTC)." : "Nothing today.",
        ["LoadShaper does not run → start it: loadshaper run, or the service or container that you installed"]);

    internal static string Percent(double? value) => value is { } v ? FormattableString.Invariant($"{v:0.0} %") : "unknown";

    private static string NowLine(JsonElement health, JsonElement metrics)
    {
        var gate = health.GetProperty("gate");
        var causes = string.Join(", ", gate.GetProperty("causes").EnumerateArray().Select(cause => cause.GetString()!.Replace('_', ' ')));
        var target = Percent(Number(metrics.GetProperty("p95_controller"), "target_intensity"));
        var cpu = Percent(Number(metrics.GetProperty("current"), "cpu_percent"));
        return (Text(health, "load_generation"), Text(gate, "position")) switch
        {
            ("starting", _) => "LoadShaper is starting.",
            ("paused", _) => $"No load: other work needs the machine ({(causes == "" ? "no readings" : causes)}). CPU {cpu}.",
            ("active", "held_by_load_average") => $"Minimum load up to {target}: the load average is high. CPU {cpu}.",
            ("active", _) => $"Filling the CPU up to {target}. CPU {cpu}, other processes included.",
            _ => $"No load needed now. CPU {cpu}.",
        };
    }

    private static List<string> ProblemsOf(JsonElement health)
    {
        var problems = new List<string>();
        // The findings of `politeness` follow one by one.
        if (health.TryGetProperty("problems", out var texts))
            problems.AddRange(texts.EnumerateObject().Where(problem => problem.Name != "politeness").Select(problem => $"{problem.Name}: {problem.Value}"));
        if (health.TryGetProperty("politeness", out var politeness) && politeness.TryGetProperty("findings", out var findings))
            problems.AddRange(findings.EnumerateArray().Select(finding => finding.GetString()!));
        if (problems.Count == 0 && Text(health, "status") != "healthy")
            problems.AddRange(health.GetProperty("checks").EnumerateArray().Select(check => check.GetString()!.Replace('_', ' ')));
        return [.. problems.Distinct()];
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
