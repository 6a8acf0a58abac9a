using System.Text.Json;
using LoadShaper.Domain.Control;

namespace LoadShaper.Journal;

/// <summary>
/// How the controller's memory stands in the snapshot table. A snapshot only saves time: one of a form that is no longer
/// understood is passed over, and the events before it are folded again.
/// </summary>
public static class SnapshotWire
{
    public const string Manifest = "controller-memory.1";

    public static bool IsSnapshot(string manifest) => manifest.StartsWith("controller-memory.", StringComparison.Ordinal);

    public static byte[] Write(ControllerSnapshot memory) => JsonSerializer.SerializeToUtf8Bytes(memory, WireJson.Default.ControllerSnapshot);

    /// <exception cref="EventUnreadableException">Another form, or damaged.</exception>
    public static ControllerSnapshot Read(string manifest, ReadOnlySpan<byte> payload)
    {
        if (manifest != Manifest)
            throw new EventUnreadableException($"snapshot manifest '{manifest}' is unknown");
        try
        {
            return JsonSerializer.Deserialize(payload, WireJson.Default.ControllerSnapshot)
                ?? throw new EventUnreadableException("the snapshot is empty");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            throw new EventUnreadableException($"{manifest}: {e.Message}", e);
        }
    }
}
