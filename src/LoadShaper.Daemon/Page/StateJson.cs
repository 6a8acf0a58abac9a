using System.Text.Json;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Daemon.Page;

/// <summary>GET /api/state: the present, in words and figures. docs/live-page.md describes every field.</summary>
internal static class StateJson
{
    /// <summary>Grows when a field changes its meaning; new fields do not change it.</summary>
    public const int Schema = 1;

    public static byte[] Write(PageFacts facts, HealthSnapshot snapshot) => JsonPage.Write(
        json =>
        {
            var (state, health) = (snapshot.State, snapshot.Verdict);
            json.WriteNumber("schema", Schema);
            json.WriteString("host", facts.Host);
            json.WriteString("version", BuildInfo.Version);
            json.WriteString("shape", facts.Shape.Name);
            json.WriteString("strategy", JsonPage.Snake(facts.Settings.Cpu.Strategy));
            json.WriteString("protect_with", JsonPage.Snake(facts.Settings.Protect));
            json.Time("started", facts.Started);
            json.Time("at", state.Controller?.At ?? state.Sample?.At);
            json.Number("control_period_seconds", facts.Settings.Sampling.ControlPeriod.TotalSeconds);
            json.WriteString("status", JsonPage.Snake(health.Status));
            Strings(json, "checks", health.Checks);
            json.Object("verdict", () => Verdict(json, facts.Rule, state.Controller, health));
            json.Object("decision", () => Decision(json, facts.Rule, state, IsSilent(health)));
            json.Object("now", () => Now(json, state));
            Readings(json, facts, state.Controller);
            json.Object("oracle", () =>
            {
                json.Number("cpu_p95_percent", state.Oracle?.View?.Cpu.Lowest);
                json.Time("last_success", state.Oracle?.LastSuccess);
            });
            json.WriteStartArray("problems");
            foreach (var problem in ProblemList.Of(state, health))
            {
                json.WriteStartObject();
                json.WriteString("check", problem.Check);
                json.WriteString("problem", problem.Text);
                json.WriteString("fix", problem.Fix);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            FleetJson.Write(json, state.Fleet);
        },
        indented: false);

    /// <summary>The answer while the actors do not respond.</summary>
    public static byte[] Silent(string check) => JsonPage.Write(
        json =>
        {
            json.WriteNumber("schema", Schema);
            json.WriteString("status", "unhealthy");
            Strings(json, "checks", [check]);
        },
        indented: false);

    private static void Verdict(Utf8JsonWriter json, IdleRule rule, ControllerStatus? controller, HealthVerdict health)
    {
        var verdict = controller?.Verdict;
        var isSilent = IsSilent(health);
        json.WriteString("word", isSilent ? VerdictFormatter.Of(null) : VerdictFormatter.Of(verdict?.Kind));
        json.WriteString("headline", isSilent
            ? VerdictText.Silent(verdict, controller?.At)
            : VerdictText.Headline(rule, verdict, controller?.Outlook));
        json.WriteString("reason", isSilent ? null : VerdictText.Reason(rule, verdict));
        json.WriteString("saved_by", verdict?.SavedBy is { } metric ? JsonPage.Snake(metric) : null);
        json.Number("margin_points", verdict?.Margin);
        json.Time("turns_at", verdict?.TurnsAt);
        json.WriteString("outlook", controller?.Outlook is { } outlook ? JsonPage.Snake(outlook) : null);
        json.Number("minutes_needed", verdict?.MinutesNeeded);
        // Rounded down: 99.99 is not the whole window.
        json.Number("seen_percent", Math.Floor(1000 * VerdictText.SeenRatio(rule, verdict)) / 10);
        json.Number("threshold_percent", rule.Threshold);
        json.WriteNumber("window_days", rule.Days);
    }

    // What was decided last has expired.
    private static bool IsSilent(HealthVerdict health) => health.Checks.Contains("controller_silent");

    private static void Decision(Utf8JsonWriter json, IdleRule rule, HealthState state, bool isSilent)
    {
        var controller = state.Controller;
        Strings(json, "sentences", isSilent ? [DecisionText.Silent] : DecisionText.Sentences(rule, state));
        json.Number("target_percent", controller?.Plan.Intensity.Value);
        json.Time("until", controller?.Plan.Until);
        json.WriteString("gate", controller?.Gate is { } gate ? JsonPage.Snake(gate.Position) : null);
        Strings(json, "causes", GateJson.Causes(controller?.Gate?.Causes ?? GateCauses.None));
        json.WriteString("state", controller?.State.ToString().ToUpperInvariant());
        json.WriteString("slot", controller?.Kind is { } kind ? JsonPage.Snake(kind) : null);
        json.Time("block_until", controller?.Block?.Until);
        json.Number("exceedance_percent", controller?.Exceedance);
        Strings(json, "levers", controller?.Levers.Names() ?? []);
    }

    private static void Now(Utf8JsonWriter json, HealthState state)
    {
        var cpu = state.Sample?.Cpu;
        json.Number("cpu_percent", cpu?.Busy.Value);
        json.Number("own_percent", cpu?.Own.Value);
        json.Number("foreign_percent", cpu is null ? null : Math.Max(0, cpu.Foreign.Value - cpu.Steal.Value));
        json.Number("steal_percent", cpu?.Steal.Value);
        json.Number("memory_percent", state.Sample?.Memory is { } memory ? MemoryUse.Of(memory).LowestShare.Value : null);
        json.Number("network_percent", state.Sample?.Network?.Utilization.Value);
        json.Number("load_per_core", state.Sample?.LoadPerCore);
        json.Number("taken_from_others_seconds", state.Burn?.TakenToday.TotalSeconds);
    }

    private static void Readings(Utf8JsonWriter json, PageFacts facts, ControllerStatus? controller)
    {
        Figures(json, "p95", controller?.Pessimistic);
        Figures(json, "p95_observed", controller?.Readings);
        json.Number("seen_minutes", controller?.SeenMinutes);
        json.Object("memory", () =>
        {
            json.WriteBoolean("counts", facts.Shape.Family == ShapeFamily.A1);
            json.Number("mean_percent", controller?.Verdict?.Memory);
        });
        json.Object("network", () => json.Number("mean_percent", controller?.Verdict?.Network));
    }

    private static void Figures(Utf8JsonWriter json, string name, CpuFigures? figures) => json.Object(name, () =>
    {
        json.Number("minute", figures?.Minute);
        json.Number("five_minutes", figures?.FiveMinutes);
        json.Number("hour", figures?.Hour);
        json.Number("worst_day", figures?.Day);
    });

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
