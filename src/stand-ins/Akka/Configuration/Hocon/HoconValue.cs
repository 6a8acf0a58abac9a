using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>An object, an array, or a text that the getters read as a number, a duration or a size.</summary>
public class HoconValue
{
    /// <summary>What stands one after another: texts, arrays and substitutions, or one object.</summary>
    private readonly List<object> _parts = [];

    internal HoconValue()
    {
    }

    internal HoconValue(HoconObject value) => _parts.Add(value);

    public bool IsEmpty => _parts.Count == 0 || GetObject() is { Items.Count: 0 };

    public bool IsObject() => GetObject() is not null;

    public bool IsArray() => GetArray().Count != 0;

    public bool IsString() => _parts.Count > 0 && _parts.TrueForAll(part => part switch
    {
        string => true,
        HoconSubstitution s => s.Resolved?.IsString() ?? false,
        _ => false,
    });

    public HoconObject? GetObject() => _parts.FirstOrDefault() switch
    {
        HoconObject o => o,
        HoconSubstitution s => s.Resolved?.GetObject(),
        _ => null,
    };

    public HoconValue? GetChildObject(string key) => GetObject()?.GetKey(key);

    public IList<HoconValue> GetArray() => _parts.SelectMany(part => part switch
    {
        HoconArray a => a.Items,
        HoconSubstitution s => s.Resolved?.GetArray() ?? [],
        _ => [],
    }).ToList();

    /// <summary>The text without blanks around it; null for <c>null</c>, and when this is not a text.</summary>
    public string? GetString()
    {
        if (!IsString())
            return null;
        var text = string.Concat(_parts.Select(p => p as string ?? ((HoconSubstitution)p).Resolved!.GetString())).Trim();
        return text == "null" ? null : text;
    }

    /// <exception cref="NotSupportedException">The text is none of on, off, true, false.</exception>
    public bool GetBoolean() => GetString() switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        var other => throw new NotSupportedException($"Unknown boolean format: {other}"),
    };

    public int GetInt() => int.Parse(Text(), NumberFormatInfo.InvariantInfo);

    public long GetLong() => long.Parse(Text(), NumberFormatInfo.InvariantInfo);

    public float GetFloat() => float.Parse(Text(), NumberFormatInfo.InvariantInfo);

    public double GetDouble() => double.Parse(Text(), NumberFormatInfo.InvariantInfo);

    public decimal GetDecimal() => decimal.Parse(Text(), NumberFormatInfo.InvariantInfo);

    public TimeSpan GetTimeSpan(bool allowInfinite = true) => HoconUnits.ParseTimeSpan(Text(), allowInfinite);

    public long? GetByteSize() => GetString() is { Length: > 0 } text ? HoconUnits.ParseByteSize(text) : null;

    public IList<string?> GetStringList() => GetArray().Select(v => v.GetString()).ToList();

    public IList<int> GetIntList() => GetArray().Select(v => v.GetInt()).ToList();

    public override string ToString()
    {
        var text = new StringBuilder();
        if (GetObject() is { } root)
            root.Write(text, 0);
        else
            Write(text, 0);
        return text.ToString();
    }

    internal IReadOnlyList<object> Parts => _parts;

    internal void Append(object part) => _parts.Add(part);

    internal void Clear() => _parts.Clear();

    internal void Write(StringBuilder text, int indent)
    {
        if (GetObject() is { } value)
        {
            text.Append("{\n");
            value.Write(text, indent + 1);
            text.Append(' ', indent * 2).Append('}');
        }
        else if (IsString())
        {
            text.Append(GetString() is { } own ? HoconText.QuoteValue(own) : "null");
        }
        else
        {
            var between = "[";
            foreach (var item in GetArray())
            {
                text.Append(between);
                item.Write(text, indent);
                between = ",";
            }
            text.Append(between == "[" ? "[]" : "]");
        }
    }

    private string Text() => GetString() ?? throw new FormatException("there is no value where a number is wanted");
}

/// <summary>The values of one pair of brackets.</summary>
internal sealed record HoconArray(List<HoconValue> Items);

/// <summary>A place that shows the value of another path.</summary>
internal sealed class HoconSubstitution(string path, int at)
{
    public string Path { get; } = path;

    /// <summary>Where in the text it stands.</summary>
    public int At { get; } = at;

    public HoconValue? Resolved { get; set; }
}
