using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LoadShaper.Domain;

namespace LoadShaper.Journal;

/// <summary>
/// How events stand in the journal: a manifest of name and version, and JSON. A manifest is never used for
/// anything else again; one file per manifest ever written is kept under tests/LoadShaper.Journal.Tests/Wire.
/// </summary>
public static class EventWire
{
    private static readonly FrozenDictionary<string, EventFormat> ByManifest =
        EventFormats.All.ToFrozenDictionary(f => f.Manifest, StringComparer.Ordinal);

    // Of several versions of an event the last one listed is written.
    private static readonly FrozenDictionary<Type, EventFormat> ByType =
        EventFormats.All.Where(f => f.IsCurrent).ToFrozenDictionary(f => f.Type);

    public static IEnumerable<string> Manifests => ByManifest.Keys;

    public static string ManifestOf(IEvent @event) => FormatOf(@event).Manifest;

    public static byte[] Write(IEvent @event) => JsonSerializer.SerializeToUtf8Bytes(@event, FormatOf(@event).Json());

    /// <exception cref="EventUnreadableException">An unknown manifest, or a payload that is not what it says.</exception>
    public static IEvent Read(string manifest, ReadOnlySpan<byte> payload)
    {
        if (!ByManifest.TryGetValue(manifest, out var format))
            throw new EventUnreadableException($"manifest '{manifest}' is unknown: it was written by another version, or by something else");
        try
        {
            return format.Upcast(JsonSerializer.Deserialize(payload, format.Json())
                ?? throw new EventUnreadableException($"{manifest}: empty payload"));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            throw new EventUnreadableException($"{manifest}: {e.Message}", e);
        }
    }

    private static EventFormat FormatOf(IEvent @event) =>
        ByType.TryGetValue(@event.GetType(), out var format)
            ? format
            : throw new NotSupportedException($"{@event.GetType()} has no wire format; add it to {nameof(EventFormats)}.");
}

/// <summary>One version of one event on the wire.</summary>
/// <param name="Json">Made ready at the first use: all of them at the start would take longer than the rest of it.</param>
/// <param name="Upcast">From what the payload says to the event of today.</param>
internal sealed record EventFormat(string Manifest, Type Type, Func<JsonTypeInfo> Json, Func<object, IEvent> Upcast, bool IsCurrent)
{
    public static EventFormat Current<T>(string manifest, Func<WireJson, JsonTypeInfo<T>> json)
        where T : IEvent =>
        new(manifest, typeof(T), () => json(WireJson.Default), e => (IEvent)e, IsCurrent: true);

    public static EventFormat Former<T>(string manifest, Func<WireJson, JsonTypeInfo<T>> json, Func<T, IEvent> upcast)
        where T : notnull =>
        new(manifest, typeof(T), () => json(WireJson.Default), e => upcast((T)e), IsCurrent: false);
}

public sealed class EventUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
