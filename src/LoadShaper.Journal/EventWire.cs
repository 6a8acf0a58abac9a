using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LoadShaper.Domain;

namespace LoadShaper.Journal;

/// <summary>
/// How events are stored in the journal: a manifest of name and version, and JSON. A manifest is never reused; one file
/// per manifest ever written is kept under tests/LoadShaper.Journal.Tests/Wire.
/// </summary>
public static class EventWire
{
    /// <summary>The id of the serializer in every row; never changes.</summary>
    public const int SerializerId = 77_001;

    private static readonly FrozenDictionary<string, EventFormat> ByManifest =
        EventFormats.All.ToFrozenDictionary(f => f.Manifest, StringComparer.Ordinal);

    // Of several versions of an event the last one listed is written.
    private static readonly FrozenDictionary<Type, EventFormat> ByType =
        EventFormats.All.Where(f => f.IsCurrent).ToFrozenDictionary(f => f.Type);

    public static IEnumerable<string> Manifests => ByManifest.Keys;

    public static string ManifestOf(IEvent @event) => FormatOf(@event).Manifest;

    public static byte[] Write(IEvent @event) => JsonSerializer.SerializeToUtf8Bytes(@event, FormatOf(@event).Json());

    /// <exception cref="EventUnreadableException">An unknown manifest, or a payload that does not fit it.</exception>
    public static IEvent Read(string manifest, ReadOnlySpan<byte> payload)
    {
        if (!ByManifest.TryGetValue(manifest, out var format))
            throw new EventUnreadableException($"manifest '{manifest}' is unknown: written by another version or another program");
        try
        {
            return format.Upcast(JsonSerializer.Deserialize(payload, format.Json())
                ?? throw new EventUnreadableException($"{manifest}: empty payload"));
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new EventUnreadableException($"{manifest}: {e.Message}", e);
        }
    }

    /// <summary>What the deserializer and the constructors of values throw on content that does not fit.</summary>
    internal static bool IsUnreadable(Exception e) =>
        e is JsonException or ArgumentException or NotSupportedException or InvalidOperationException or FormatException or OverflowException;

    private static EventFormat FormatOf(IEvent @event) =>
        ByType.TryGetValue(@event.GetType(), out var format)
            ? format
            : throw new NotSupportedException($"{@event.GetType()} has no wire format; add it to {nameof(EventFormats)}.");
}

/// <summary>One version of one event on the wire.</summary>
/// <param name="Json">Created at the first use: creating all of them takes longer than the rest of the start.</param>
/// <param name="Upcast">Converts the payload of this version to the current event.</param>
internal sealed record EventFormat(string Manifest, Type Type, Func<JsonTypeInfo> Json, Func<object, IEvent> Upcast, bool IsCurrent)
{
    public static EventFormat Current<T>(string manifest, Func<WireJson, JsonTypeInfo<T>> json)
        where T : IEvent =>
        new(manifest, typeof(T), () => WireFormat.Strict(json(WireJson.Default)), e => (IEvent)e, IsCurrent: true);

    public static EventFormat Former<T>(string manifest, Func<WireJson, JsonTypeInfo<T>> json, Func<T, IEvent> upcast)
        where T : notnull =>
        new(manifest, typeof(T), () => WireFormat.Strict(json(WireJson.Default)), e => upcast((T)e), IsCurrent: false);
}

public sealed class EventUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
