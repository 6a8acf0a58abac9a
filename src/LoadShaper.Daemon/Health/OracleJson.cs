using System.Text.Json;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Daemon.Health;

/// <summary>Oracle's readings beside LoadShaper's own, the same in /health and /metrics. All null while OCI_MONITORING is off.</summary>
internal static class OracleJson
{
    public static void Write(Utf8JsonWriter json, HealthState state, DateTimeOffset now) => json.Object("oracle", () =>
    {
        var (oracle, view, ours) = (state.Oracle, state.Oracle?.View, state.Controller);
        json.WriteString("monitoring", JsonPage.Snake(oracle?.Monitoring ?? OracleMonitoring.Off));
        json.WriteString("verdict", view is null ? null : VerdictFormatter.Of(view.Verdict));
        if (state.Comparison is { } comparison && OraclePolicy.Differ(comparison) is { } differs)
            json.WriteBoolean("differs", differs);
        else
            json.WriteNull("differs");
        json.Number("margin_points", view?.Margin);
        Pair(json, "cpu_minute", ours?.Readings.Minute, view?.Cpu.Minute);
        Pair(json, "cpu_five_minutes", ours?.Readings.FiveMinutes, view?.Cpu.FiveMinutes);
        Pair(json, "cpu_hour", ours?.Readings.Hour, view?.Cpu.Hour);
        Pair(json, "cpu_worst_day", ours?.Readings.Day, view?.Cpu.Day);
        Pair(json, "cpu_hypervisor", ours?.WithoutSteal.Minute, view?.HypervisorCpu);
        Pair(json, "memory", ours?.Verdict?.Memory, view?.Memory);
        Pair(json, "network", ours?.Verdict?.Network, view?.Network);
        json.Number("minutes", view?.Points);
        json.Number("filled_in_minutes", oracle?.FilledIn);
        json.Time("newest", view?.Newest);
        json.Number("age_seconds", view?.Newest is { } newest ? (now - newest).TotalSeconds : null);
        json.Time("last_success", oracle?.LastSuccess);
        json.Time("next_attempt", oracle?.NextAttempt);
        json.WriteString("problem", oracle?.Problem?.ToString());
    });

    private static void Pair(Utf8JsonWriter json, string name, double? ours, double? oracles) => json.Object(name, () =>
    {
        json.Number("ours", ours);
        json.Number("oracle", oracles);
        json.Number("difference", oracles - ours);
    });
}
