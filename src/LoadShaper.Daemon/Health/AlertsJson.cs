using System.Text.Json;
using LoadShaper.Domain.Alerts;

namespace LoadShaper.Daemon.Health;

/// <summary>The alerts in /health and /metrics. Absent without ALERT_URLS and DEADMAN_URL.</summary>
internal static class AlertsJson
{
    public static void Write(Utf8JsonWriter json, AlertStatus? alerts)
    {
        if (alerts is null)
            return;
        json.Object("alerts", () =>
        {
            json.WriteStartArray("raised");
            foreach (var record in alerts.Raised)
            {
                json.WriteStartObject();
                json.WriteString("alert", JsonPage.Snake(record.Kind));
                json.WriteString("subject", record.Subject == "" ? null : record.Subject);
                json.Time("since", record.RaisedAt);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("channels");
            foreach (var channel in alerts.Channels)
            {
                json.WriteStartObject();
                json.WriteString("channel", channel.Name);
                json.WriteString("address", channel.Address);
                json.WriteString("problem", channel.Problem);
                json.Time("failing_since", channel.FailingSince);
                json.WriteNumber("waiting", channel.Waiting);
                json.Time("last_delivered", channel.DeliveredAt);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    /// <summary>Counts since the start of the daemon.</summary>
    public static void WriteCounts(Utf8JsonWriter json, AlertStatus? alerts)
    {
        if (alerts is null)
            return;
        json.WriteStartArray("notifications");
        foreach (var channel in alerts.Channels)
        {
            json.WriteStartObject();
            json.WriteString("channel", channel.Name);
            json.WriteNumber("delivered", channel.Delivered);
            json.WriteNumber("failed", channel.Failed);
            json.WriteNumber("dropped", channel.Dropped);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
