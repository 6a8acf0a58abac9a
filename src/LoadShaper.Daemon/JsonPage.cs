using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon;

/// <summary>Writes a page of JSON by hand: no reflection at start, and every unknown number is null.</summary>
internal static class JsonPage
{
    // Read in terminals, never put into HTML: a quotation mark may stay one.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="indented">For people; programs do not need it.</param>
    public static byte[] Write(Action<Utf8JsonWriter> content, bool indented = true)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Options with { Indented = indented }))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static void Object(this Utf8JsonWriter json, string name, Action content)
    {
        json.WriteStartObject(name);
        content();
        json.WriteEndObject();
    }

    /// <summary>Percentages and the like, to 0.01.</summary>
    public static void Number(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } v && double.IsFinite(v))
            json.WriteNumber(name, Math.Round(v, 2));
        else
            json.WriteNull(name);
    }

    public static void Time(this Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } v)
            json.WriteString(name, v.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        else
            json.WriteNull(name);
    }

    public static void Seconds(this Utf8JsonWriter json, string name, DateTimeOffset value) =>
        json.WriteNumber(name, value.ToUnixTimeMilliseconds() / 1000.0);

    /// <summary>The name of an enumeration's value in snake case, as everywhere in our JSON.</summary>
    public static string Snake<T>(T value)
        where T : struct, Enum => SnakeCase.Of(value);
}
