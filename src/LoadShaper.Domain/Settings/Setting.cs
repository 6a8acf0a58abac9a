using System.Globalization;

namespace LoadShaper.Domain.Settings;

/// <summary>How the text of a setting is understood.</summary>
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

/// <summary>One row of the settings table: all that is known of one environment variable.</summary>
public sealed record Setting
{
    /// <summary>The environment variable.</summary>
    public required string Name { get; init; }

    /// <summary>Where reference.conf has its default, below `loadshaper`.</summary>
    public required string Key { get; init; }

    public required SettingType Type { get; init; }

    /// <summary>The default as one would write it in the environment; empty where nothing is set.</summary>
    public required string Default { get; init; }

    /// <summary>%, s, ms, MiB, Mbit/s, days …; empty where there is none.</summary>
    public string Unit { get; init; } = "";

    public double? Min { get; init; }

    public double? Max { get; init; }

    /// <summary>What may be written; empty unless <see cref="Type"/> is Word.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What it does.</summary>
    public required string Note { get; init; }

    /// <summary>What goes wrong with a wrong value.</summary>
    public required string Harm { get; init; }

    /// <summary>Understands a trimmed, non-empty text.</summary>
    public required Func<string, ParsedValue> Parse { get; init; }

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

/// <summary>A text understood, or what is wrong with it and how to mend it.</summary>
public sealed record ParsedValue(Func<LoadShaperSettings, LoadShaperSettings>? Put, string Broken = "", string Mend = "")
{
    public static ParsedValue Refused(string broken, string mend) => new(null, broken, mend);
}
