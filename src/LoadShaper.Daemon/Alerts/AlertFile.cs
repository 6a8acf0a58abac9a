using System.Text.Json;
using System.Text.Json.Serialization;
using LoadShaper.Domain.Alerts;

namespace LoadShaper.Daemon.Alerts;

/// <summary>What is kept over a restart: the raised alerts, and the notifications that are not delivered yet.</summary>
internal sealed record KeptAlerts(IReadOnlyList<AlertRecord> Raised, IReadOnlyList<WaitingNotifications> Waiting)
{
    public static readonly KeptAlerts None = new([], []);
}

/// <param name="Channel">Its name, and <paramref name="Address"/> its redacted address: notifications of a channel that is no longer set are dropped.</param>
internal sealed record WaitingNotifications(string Channel, string Address, IReadOnlyList<Notification> Notifications);

/// <summary>
/// alerts.json in the data directory, without secrets. A file of its own and not a table of metrics.db: alerts must work
/// while a database is damaged or locked, and one rename replaces 1 KB atomically. Blocks: never on an actor's thread.
/// </summary>
internal sealed class AlertFile(string path)
{
    public const string FileName = "alerts.json";

    private const int LargestFile = 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    private sealed record Content(int Version, IReadOnlyList<Raised>? Raised, IReadOnlyList<WaitingNotifications>? Waiting);

    private sealed record Raised(AlertKind Alert, string? Subject, DateTimeOffset RaisedAt, DateTimeOffset SentAt);

    /// <returns>Nothing when there is no file. The problem is why an existing one is not used; it is then kept as alerts.json.bad.</returns>
    public (KeptAlerts Kept, string? Problem) Read()
    {
        var (kept, problem) = ReadFile();
        if (problem is null)
            return (kept, null);
        try
        {
            File.Move(path, path + ".bad", overwrite: true);
            return (kept, $"{problem}; it is kept as {Path.GetFileName(path)}.bad");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (kept, $"{problem}; the next write replaces it, because it cannot be moved ({e.GetType().Name})");
        }
    }

    private (KeptAlerts Kept, string? Problem) ReadFile()
    {
        try
        {
            if (!File.Exists(path))
                return (KeptAlerts.None, null);
            if (new FileInfo(path).Length > LargestFile)
                return (KeptAlerts.None, "it is too large");
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path), Options);
            if (content is not { Version: 1 })
                return (KeptAlerts.None, "it is of another version");
            return (new KeptAlerts(
                [.. (content.Raised ?? []).Select(raised => new AlertRecord(raised.Alert, raised.Subject ?? "", RaisedAt: raised.RaisedAt, SentAt: raised.SentAt))],
                [.. (content.Waiting ?? []).Where(waiting => waiting is { Channel: not null, Address: not null, Notifications: not null })
                    .Select(waiting => waiting with { Notifications = [.. waiting.Notifications.Where(IsWhole).Select(Filled)] })]), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return (KeptAlerts.None, e is JsonException ? "it is not valid JSON of alerts" : e.Message);
        }
    }

    /// <exception cref="IOException">It cannot be written; also <see cref="UnauthorizedAccessException"/>.</exception>
    public void Write(KeptAlerts kept)
    {
        var content = new Content(1,
            [.. kept.Raised.Select(record => new Raised(record.Kind, record.Subject, record.RaisedAt!.Value, record.SentAt ?? record.RaisedAt!.Value))],
            [.. kept.Waiting.Where(waiting => waiting.Notifications.Count > 0)]);
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, content, Options);
            // Without it a crash of the machine can leave an empty file behind the rename.
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static bool IsWhole(Notification? notification) => notification is { Vm: not null, Title: not null, Message: not null };

    // Empty texts may be absent.
    private static Notification Filled(Notification notification) =>
        notification with { Subject = notification.Subject ?? "", Except = notification.Except ?? "" };
}
