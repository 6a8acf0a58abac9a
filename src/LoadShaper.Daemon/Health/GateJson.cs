using System.Text.Json;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Daemon.Health;

/// <summary>The gate, the same in /health and /metrics.</summary>
internal static class GateJson
{
    private static readonly GateCauses[] Each = [.. Enum.GetValues<GateCauses>().Where(cause => cause != GateCauses.None)];

    /// <summary>Into the object that is open.</summary>
    /// <param name="gate">Null before the first decision.</param>
    public static void Write(Utf8JsonWriter json, GateDecision? gate)
    {
        json.WriteString("position", gate is null ? null : JsonPage.Snake(gate.Position));
        json.WriteStartArray("causes");
        foreach (var cause in Each)
            if (gate is not null && gate.Causes.HasFlag(cause))
                json.WriteStringValue(JsonPage.Snake(cause));
        json.WriteEndArray();
    }
}
