using System.Text.Json;
using LoadShaper.Domain.Fleet;

namespace LoadShaper.Daemon;

/// <summary>The VMs of FLEET_PEERS. Absent while the setting is empty.</summary>
internal static class FleetJson
{
    public static void Write(Utf8JsonWriter json, FleetStatus? fleet)
    {
        if (fleet is null)
            return;
        json.WriteStartArray("fleet");
        foreach (var entry in fleet.Entries)
        {
            json.WriteStartObject();
            json.WriteString("name", entry.Peer.Name);
            json.WriteBoolean("reachable", entry.IsReachable);
            json.WriteString("status", entry.Report?.Status);
            json.WriteString("verdict", entry.Report?.Verdict);
            json.Number("margin_points", entry.Report?.Margin);
            json.Time("turns_at", entry.Report?.TurnsAt);
            json.WriteString("version", entry.Report?.Version);
            json.Time("answered_at", entry.AnsweredAt);
            json.WriteString("problem", entry.Problem);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
