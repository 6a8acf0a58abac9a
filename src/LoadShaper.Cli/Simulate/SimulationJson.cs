using System.Text.Json;
using System.Text.Json.Nodes;
using LoadShaper.Domain.Safety;
using LoadShaper.Simulation;

namespace LoadShaper.Cli.Simulate;

/// <summary>The figures of a run as JSON.</summary>
internal static class SimulationJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Render(SimulationOptions options, SimulationReport report, SimulatedShape shape)
    {
        var summary = SimulationSummary.Of(report);
        var readings = new JsonObject();
        foreach (var line in summary.Readings)
            readings[line.Name switch { "1 min" => "1m", "5 min" => "5m", "1 h" => "1h", var name => name }] = new JsonObject
            {
                ["min"] = Rounded(line.Min),
                ["mean"] = Rounded(line.Mean),
                ["max"] = Rounded(line.Max),
                ["sd"] = Rounded(line.Deviation),
                ["hours_under"] = line.HoursUnder,
            };
        return new JsonObject
        {
            ["strategy"] = options.Settings.Cpu.Strategy.ToString().ToLowerInvariant(),
            ["days"] = options.Days,
            ["seed"] = options.Seed,
            ["readings_from"] = summary.From.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ["p95"] = readings,
            ["reserve_hours"] = new JsonObject
            {
                ["min"] = summary.Reserve.Min,
                ["mean"] = Rounded(summary.Reserve.Mean),
                ["last"] = summary.Reserve.Last,
            },
            ["own_mean"] = Rounded(summary.Own),
            ["own_mean_second_half"] = Rounded(summary.OwnLater),
            ["transitions"] = summary.Transitions,
            ["not_modelled"] = shape.NotModelled,
            ["verdict"] = summary.Verdict is { } verdict ? Json(verdict) : null,
        }.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Json(Verdict verdict) => new()
    {
        ["word"] = VerdictFormatter.Of(verdict.Kind),
        ["saved_by"] = verdict.SavedBy?.ToString().ToLowerInvariant(),
        ["margin_points"] = Rounded(verdict.Margin),
        ["minutes_needed"] = verdict.MinutesNeeded,
        ["missing_hours"] = Rounded(verdict.Missing.TotalHours),
        ["turns_at"] = verdict.TurnsAt?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
    };

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 4) : null;
}
