using System.Text.Json;
using LoadShaper.Domain.Control;

namespace LoadShaper.Journal;

/// <summary>
/// How the controller's snapshot is stored. A snapshot only saves time: one of an unknown format is not used, and the
/// events before it are folded instead.
/// </summary>
public static class SnapshotWire
{
    public const string Manifest = "controller-memory.2";

    // The same without the traffic ledger.
    private const string WithoutLedger = "controller-memory.1";

    public static bool IsSnapshot(string manifest) => manifest.StartsWith("controller-memory.", StringComparison.Ordinal);

    public static byte[] Write(ControllerSnapshot memory) => JsonSerializer.SerializeToUtf8Bytes(memory, WireFormat.Strict(WireJson.Default.ControllerSnapshot));

    /// <exception cref="EventUnreadableException">Another format, or damaged.</exception>
    public static ControllerSnapshot Read(string manifest, ReadOnlySpan<byte> payload)
    {
        if (manifest is not (Manifest or WithoutLedger))
            throw new EventUnreadableException($"snapshot manifest '{manifest}' is unknown");
        try
        {
            return JsonSerializer.Deserialize(payload, WireFormat.Strict(WireJson.Default.ControllerSnapshot))
                ?? throw new EventUnreadableException("the snapshot is empty");
        }
        catch (Exception e) when (EventWire.IsUnreadable(e))
        {
            throw new EventUnreadableException($"{manifest}: {e.Message}", e);
        }
    }
}
