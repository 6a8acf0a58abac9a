using System.Globalization;
using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Settings;

/// <summary>How the text of a setting is read.</summary>
public enum SettingType
{
    /// <summary>A number with a decimal point, never a comma.</summary>
    Number,

    /// <summary>A number without decimals.</summary>
    Integer,

    /// <summary>true, false, 1, 0, yes, no, on, off; upper or lower case.</summary>
    Switch,

    /// <summary>One of a few words; upper or lower case.</summary>
    Word,

    /// <summary>Text with rules of its own.</summary>
    Text,
}

/// <summary>One row of the settings table: everything about one environment variable.</summary>
public sealed record Setting
{
    /// <summary>The environment variable.</summary>
    public required string Name { get; init; }

    /// <summary>Where reference.conf has its default, below `loadshaper`.</summary>
    public required string Key { get; init; }

    public required SettingType Type { get; init; }

    /// <summary>The default as it is written in the environment; empty where nothing is set.</summary>
    public required string Default { get; init; }

    /// <summary>%, s, ms, MiB, Mbit/s, days …; empty where there is none.</summary>
    public string Unit { get; init; } = "";

    public double? Min { get; init; }

    public double? Max { get; init; }

    /// <summary>The accepted words; empty unless <see cref="Type"/> is Word.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Its value contains secrets: it is redacted in every output.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What it does.</summary>
    public required string Note { get; init; }

    /// <summary>The effect of a wrong value.</summary>
    public required string Risk { get; init; }

    /// <summary>Reads a trimmed, non-empty text; <see cref="Read"/> is what callers use.</summary>
    public required Func<string, ParsedValue> Parse { get; init; }

    /// <summary>Reads a trimmed, non-empty text. Quotation marks around it are named as the problem: they are part of a value.</summary>
    public ParsedValue Read(string text)
    {
        if (QuotedText.Inner(text) is { } inner)
            return ParsedValue.Refused(
                "is in quotation marks, and they are part of the value",
                $"remove them: set {Name}={(IsSecret ? Redaction.Value(inner) : inner)} (`docker --env-file` keeps quotation marks)");
        var parsed = Parse(text);
        return parsed.Put is null && QuotedText.HasMark(text)
            ? parsed with { Fix = $"remove the quotation mark; then: {parsed.Fix}" }
            : parsed;
    }

    /// <summary>"0 – 100 %", "udp | tcp", …</summary>
    public string Bounds => Type switch
    {
        SettingType.Number or SettingType.Integer => string.Create(CultureInfo.InvariantCulture, $"{Min} – {Max}{(Unit == "" ? "" : " " + Unit)}"),
        SettingType.Switch => "true | false",
        SettingType.Word => string.Join(" | ", Words),
        _ => TextBounds,
    };

    /// <summary>The rule of a Text, in words.</summary>
    internal string TextBounds { get; init; } = "";
}

/// <summary>A value that was read, or what is wrong with the text and how to fix it.</summary>
public sealed record ParsedValue(Func<LoadShaperSettings, LoadShaperSettings>? Put, string Broken = "", string Fix = "")
{
    public static ParsedValue Refused(string broken, string fix) => new(null, broken, fix);
}
