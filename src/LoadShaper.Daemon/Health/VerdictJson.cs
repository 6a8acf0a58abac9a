using System.Text.Json;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Daemon.Health;

/// <summary>The verdict and the levers in use for it, the same in /health and /metrics.</summary>
internal static class VerdictJson
{
    public static void Write(Utf8JsonWriter json, ControllerStatus? controller) => json.Object("verdict", () =>
    {
        var verdict = controller?.Verdict;
        json.WriteString("word", VerdictFormatter.Of(verdict?.Kind));
        json.WriteString("saved_by", verdict?.SavedBy is { } metric ? JsonPage.Snake(metric) : null);
        json.Number("margin_points", verdict?.Margin);
        json.Number("cpu", verdict?.Cpu);
        json.Number("cpu_pessimistic", verdict?.CpuPessimistic);
        json.Number("memory", verdict?.Memory);
        json.Number("network", verdict?.Network);
        json.Number("missing_hours", verdict?.Missing.TotalHours);
        json.Number("minutes_needed", verdict?.MinutesNeeded);
        json.Time("turns_at", verdict?.TurnsAt);
        json.Number("cpu_reserve_hours", controller?.ReserveHours);
        json.WriteString("outlook", controller?.Outlook is { } outlook ? JsonPage.Snake(outlook) : null);
        json.WriteStartArray("levers");
        foreach (var lever in controller?.Levers.Names() ?? [])
            json.WriteStringValue(lever);
        json.WriteEndArray();
    });
}
