using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Reads HOCON text character by character, and tells where it stands.</summary>
internal sealed class HoconText(string text)
{
    private const string NeverUnquoted = "$\"{}[]:=,#`^?!@*&\\";

    public int At { get; private set; }

    public bool AtEnd => At >= text.Length;

    /// <summary>The character here, or '\0' at the end.</summary>
    public char Peek => AtEnd ? '\0' : text[At];

    public bool AtBlank => Peek is ' ' or '\t';

    public bool AtUnquoted => !AtEnd && !char.IsWhiteSpace(Peek) && !AtComment && !NeverUnquoted.Contains(Peek);

    private bool AtComment => Peek == '#' || StartsWith("//");

    public bool StartsWith(string start) => string.CompareOrdinal(text, At, start, 0, start.Length) == 0;

    public void Skip(int count) => At += count;

    public bool TrySkip(char c)
    {
        if (AtEnd || Peek != c)
            return false;
        At++;
        return true;
    }

    public void SkipSpace()
    {
        while (!AtEnd)
        {
            if (AtComment)
                while (!AtEnd && Peek != '\n')
                    At++;
            else if (char.IsWhiteSpace(Peek))
                At++;
            else
                return;
        }
    }

    public string TakeBlanks() => TakeWhile(() => AtBlank);

    public string TakeUnquoted() => TakeWhile(() => AtUnquoted);

    public string TakeUnquotedKey() => TakeWhile(() => (AtUnquoted || AtBlank) && Peek != '.').Trim();

    public string TakeTripleQuoted()
    {
        var start = At;
        var end = text.IndexOf("\"\"\"", At + 3, StringComparison.Ordinal);
        if (end < 0)
            throw Error(start, "a text in triple quotes is never closed");
        At = end + 3;
        return text[(start + 3)..end];
    }

    public string TakeQuoted()
    {
        var start = At;
        var taken = new StringBuilder();
        for (At++; !AtEnd && Peek != '"'; At++)
            taken.Append(Peek == '\\' ? TakeEscape() : Peek);
        if (!TrySkip('"'))
            throw Error(start, "a quoted text is never closed");
        return taken.ToString();
    }

    /// <summary>What is wrong, and at which line and position, both from 1.</summary>
    public FormatException Error(int at, string what) => new(Where(at) + what);

    public string Where(int at)
    {
        var before = text.AsSpan(0, Math.Min(at, text.Length));
        return $"HOCON line {before.Count('\n') + 1}, position {before.Length - before.LastIndexOf('\n')}: ";
    }

    public string Describe() => AtEnd ? "the end of the text" : $"'{Peek}'";

    public static string QuoteKey(string key) => NeedsQuotes(key, '.') ? Quote(key) : key;

    public static string QuoteValue(string value) => NeedsQuotes(value, '"') ? Quote(value) : value;

    private static bool NeedsQuotes(string value, char also) =>
        value.Length == 0 || value == "null" || value.Contains("//")
        || value.Any(c => c == also || char.IsWhiteSpace(c) || NeverUnquoted.Contains(c));

    private static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => c.ToString(),
            });
        return quoted.Append('"').ToString();
    }

    private char TakeEscape()
    {
        var start = At;
        At++;
        switch (Peek)
        {
            case '"' or '\\' or '/':
                return Peek;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when At + 4 < text.Length
                && ushort.TryParse(text.AsSpan(At + 1, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code):
                At += 4;
                return (char)code;
            default:
                throw Error(start, $"Unknown escape code: {Peek}");
        }
    }

    private string TakeWhile(Func<bool> wanted)
    {
        var start = At;
        while (wanted())
            At++;
        return text[start..At];
    }
}
