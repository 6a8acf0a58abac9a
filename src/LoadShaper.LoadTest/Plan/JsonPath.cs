using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LoadShaper.LoadTest.Plan;

/// <summary>A path of property names and array indices, such as <c>$.items[0].id</c>, and the search for its scalar value.</summary>
public sealed class JsonPath
{
    private readonly (byte[]? Name, int Index)[] _segments;

    private JsonPath((byte[]?, int)[] segments) => _segments = segments;

    public static bool TryParse(string text, out JsonPath path)
    {
        path = new JsonPath([]);
        var segments = new List<(byte[]?, int)>();
        var rest = text.StartsWith('$') ? text.AsSpan(1) : string.Concat(".", text).AsSpan();
        while (rest.Length > 0)
        {
            if (rest[0] == '[')
            {
                var end = rest.IndexOf(']');
                if (end < 2 || !int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                    return false;
                segments.Add((null, index));
                rest = rest[(end + 1)..];
            }
            else if (rest[0] == '.')
            {
                var end = rest[1..].IndexOfAny('.', '[');
                var name = end < 0 ? rest[1..] : rest.Slice(1, end);
                if (name.IsEmpty || name.Contains(']'))
                    return false;
                segments.Add((Encoding.UTF8.GetBytes(name.ToString()), 0));
                rest = rest[(1 + name.Length)..];
            }
            else
            {
                return false;
            }
        }

        path = new JsonPath([.. segments]);
        return segments.Count > 0;
    }

    /// <summary>Copies the value as text: strings unescaped, numbers as written, true, false or null.</summary>
    public JsonPathResult Find(ReadOnlySpan<byte> json, Span<byte> destination, out int written)
    {
        written = 0;
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read())
                return JsonPathResult.NotJson;
            foreach (var (name, index) in _segments)
            {
                if (!(name is null ? MoveTo(ref reader, index) : MoveTo(ref reader, name)))
                    return JsonPathResult.NotFound;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.String when reader.ValueSpan.Length > destination.Length:
                case JsonTokenType.Number when reader.ValueSpan.Length > destination.Length:
                    return JsonPathResult.TooLong;
                case JsonTokenType.String:
                    written = reader.CopyString(destination);
                    return JsonPathResult.Found;
                case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null:
                    reader.ValueSpan.CopyTo(destination);
                    written = reader.ValueSpan.Length;
                    return JsonPathResult.Found;
                default:
                    return JsonPathResult.NotScalar;
            }
        }
        catch (JsonException)
        {
            return JsonPathResult.NotJson;
        }
        catch (InvalidOperationException)
        {
            // CopyString refuses bytes that are not UTF-8.
            return JsonPathResult.NotJson;
        }
    }

    private static bool MoveTo(ref Utf8JsonReader reader, byte[] name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
                return true;
            reader.Skip();
        }

        return false;
    }

    private static bool MoveTo(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i == index)
                return true;
            reader.Skip();
        }

        return false;
    }
}

public enum JsonPathResult
{
    Found,
    NotFound,

    /// <summary>The value is an object or an array.</summary>
    NotScalar,
    TooLong,
    NotJson,
}
