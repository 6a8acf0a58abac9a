using System.Text.Json;
using LoadShaper.Domain.Admission;

namespace LoadShaper.Daemon.Health;

/// <summary>`resource_status` of /metrics, with the names of the throttling specification.</summary>
internal static class ResourceJson
{
    public static void Write(Utf8JsonWriter json, HttpStatus? http) => json.Object("resource_status", () =>
    {
        json.Number("memory_mb", http?.Use.MemoryMb);
        json.Number("cpu_percent", http?.Use.CpuPercent);
        json.WriteNumber("concurrent_requests", http?.Use.Concurrent ?? 0);
        json.WriteNumber("requests_per_minute", http?.Use.PerMinute ?? 0);
        Write(json, "warnings", http, ResourceLevel.Warning);
        Write(json, "violations", http, ResourceLevel.Violation);
    });

    private static void Write(Utf8JsonWriter json, string name, HttpStatus? http, ResourceLevel level)
    {
        json.WriteStartArray(name);
        foreach (var text in http is null ? [] : ResourceText.All(http.Use, http.Limits, level))
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
