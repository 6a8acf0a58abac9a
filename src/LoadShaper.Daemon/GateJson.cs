using System.Text.Json;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Daemon;

/// <summary>The gate, the same in /health, /metrics and the live page.</summary>
internal static class GateJson
{
    private static readonly GateCauses[] Each = [.. Enum.GetValues<GateCauses>().Where(cause => cause != GateCauses.None)];

    /// <summary>Into the object that is open.</summary>
    /// <param name="gate">Null before the first decision.</param>
    public static void Write(Utf8JsonWriter json, GateDecision? gate)
    {
        json.WriteString("position", gate is null ? null : JsonPage.Snake(gate.Position));
        json.WriteStartArray("causes");
        foreach (var cause in Causes(gate?.Causes ?? GateCauses.None))
            json.WriteStringValue(cause);
        json.WriteEndArray();
    }

    /// <summary>The names of the causes in JSON.</summary>
    public static IEnumerable<string> Causes(GateCauses causes) => Each.Where(cause => causes.HasFlag(cause)).Select(JsonPage.Snake);
}
