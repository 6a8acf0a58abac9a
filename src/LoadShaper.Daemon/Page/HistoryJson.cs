using System.Text.Json;
using LoadShaper.Domain.History;

namespace LoadShaper.Daemon.Page;

/// <summary>GET /api/history: the window in half hours, one array a column. docs/live-page.md describes every field.</summary>
internal static class HistoryJson
{
    public static byte[] Write(PageFacts facts, HistorySnapshot snapshot) => JsonPage.Write(
        json =>
        {
            var points = snapshot.Points ?? [];
            json.WriteNumber("schema", StateJson.Schema);
            json.Time("start", points.Count > 0 ? points[0].Start : null);
            json.Number("step_seconds", WeekHistory.Step.TotalSeconds);
            json.WriteBoolean("restored", snapshot.Restored);
            json.Number("threshold_percent", facts.Rule.Threshold);
            Column(json, points, "seen_minutes", point => point.SeenMinutes);
            Column(json, points, "own", point => point.Own);
            Column(json, points, "foreign", point => point.Foreign);
            Column(json, points, "steal", point => point.Steal);
            Column(json, points, "memory", point => point.Memory);
            Column(json, points, "network", point => point.Network);
            Column(json, points, "p95_minute", point => point.P95.Minute);
            Column(json, points, "p95_five_minutes", point => point.P95.FiveMinutes);
            Column(json, points, "p95_hour", point => point.P95.Hour);
            Column(json, points, "gate_closed", point => point.Gate?.Closed);
            Column(json, points, "gate_held", point => point.Gate?.Held);
            Column(json, points, "gate_causes", point => point.Gate is { } gate ? string.Join(',', GateJson.Causes(gate.Causes)) : null);
            foreach (var kind in Enum.GetValues<PlanKind>())
                Column(json, points, $"plan_{JsonPage.Snake(kind)}", point => point.Plans?[kind]);
            Column(json, points, "verdict", point => point.Verdict is { } verdict ? JsonPage.Snake(verdict) : null);
        },
        indented: false);

    private static void Column(Utf8JsonWriter json, IReadOnlyList<HistoryPoint> points, string name, Func<HistoryPoint, double?> value)
    {
        json.WriteStartArray(name);
        foreach (var point in points)
        {
            if (value(point) is { } number)
                json.WriteNumberValue(Math.Round(number, 2));
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    private static void Column(Utf8JsonWriter json, IReadOnlyList<HistoryPoint> points, string name, Func<HistoryPoint, string?> text)
    {
        json.WriteStartArray(name);
        foreach (var point in points)
            json.WriteStringValue(text(point));
        json.WriteEndArray();
    }
}
