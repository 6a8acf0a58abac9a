using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Keys and their values.</summary>
public class HoconObject
{
    public Dictionary<string, HoconValue> Items { get; } = [];

    public HoconValue? GetKey(string key) => Items.GetValueOrDefault(key);

    internal HoconObject WithFallback(HoconObject fallback)
    {
        var merged = new HoconObject();
        foreach (var (key, value) in fallback.Items)
            merged.Items[key] = value;
        foreach (var (key, value) in Items)
            merged.Items[key] = value.GetObject() is { } own && fallback.GetKey(key)?.GetObject() is { } other
                ? new HoconValue(own.WithFallback(other))
                : value;
        return merged;
    }

    internal void Write(StringBuilder text, int indent)
    {
        foreach (var (key, value) in Items)
        {
            text.Append(' ', indent * 2).Append(HoconText.QuoteKey(key)).Append(" : ");
            value.Write(text, indent);
            text.Append('\n');
        }
    }
}
