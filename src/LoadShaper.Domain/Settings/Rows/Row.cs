using System.Globalization;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Settings.Rows;

/// <summary>Builds the rows of the settings table: a parser for each type of value, including its bounds.</summary>
internal static class Row
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    public static Setting Percent(string name, string key, double @default, Func<LoadShaperSettings, Percent, LoadShaperSettings> put, string note, string risk) =>
        Number(name, key, @default, 0, 100, "%", (s, v) => put(s, Units.Percent.Of(v)), note, risk);

    public static Setting Seconds(string name, string key, double @default, double min, double max, Func<LoadShaperSettings, TimeSpan, LoadShaperSettings> put, string note, string risk) =>
        Number(name, key, @default, min, max, "s", (s, v) => put(s, TimeSpan.FromSeconds(v)), note, risk);

    public static Setting Size(string name, string key, double @default, double min, double max, Func<LoadShaperSettings, ByteSize, LoadShaperSettings> put, string note, string risk) =>
        Number(name, key, @default, min, max, "MiB", (s, v) => put(s, ByteSize.FromMiB(v)), note, risk);

    public static Setting Rate(string name, string key, double @default, double min, double max, Func<LoadShaperSettings, BitRate, LoadShaperSettings> put, string note, string risk) =>
        Number(name, key, @default, min, max, "Mbit", (s, v) => put(s, BitRate.FromMbit(v)), note, risk);

    public static Setting Number(string name, string key, double @default, double min, double max, string unit, Func<LoadShaperSettings, double, LoadShaperSettings> put, string note, string risk) => new()
    {
        Name = name,
        Key = key,
        Type = SettingType.Number,
        Default = Invariant(@default),
        Unit = unit,
        Min = min,
        Max = max,
        Note = note,
        Risk = risk,
        Parse = text => ReadNumber(text, name, @default, min, max, unit) switch
        {
            ({ } value, _) => new ParsedValue(s => put(s, value)),
            (_, var refused) => refused!,
        },
    };

    public static Setting Integer(string name, string key, int @default, int min, int max, string unit, Func<LoadShaperSettings, int, LoadShaperSettings> put, string note, string risk) => new()
    {
        Name = name,
        Key = key,
        Type = SettingType.Integer,
        Default = Invariant(@default),
        Unit = unit,
        Min = min,
        Max = max,
        Note = note,
        Risk = risk,
        Parse = text => ReadNumber(text, name, @default, min, max, unit) switch
        {
            ({ } value, _) when value == Math.Floor(value) => new ParsedValue(s => put(s, (int)value)),
            ({ } value, _) => ParsedValue.Refused("must be a whole number", $"set {name}={Invariant(Math.Floor(value))}"),
            (_, var refused) => refused!,
        },
    };

    public static Setting Switch(string name, string key, bool @default, Func<LoadShaperSettings, bool, LoadShaperSettings> put, string note, string risk) => new()
    {
        Name = name,
        Key = key,
        Type = SettingType.Switch,
        Default = @default ? "true" : "false",
        Note = note,
        Risk = risk,
        Parse = text => text.ToLowerInvariant() switch
        {
            "true" or "1" or "yes" or "on" => new ParsedValue(s => put(s, true)),
            "false" or "0" or "no" or "off" => new ParsedValue(s => put(s, false)),
            _ => ParsedValue.Refused("is not true or false", $"set {name}=true or {name}=false (1, 0, yes, no, on, off are accepted too)"),
        },
    };

    /// <param name="name">The variable.</param>
    /// <param name="key">Its place in reference.conf.</param>
    /// <param name="default">One of <paramref name="words"/>.</param>
    /// <param name="words">The accepted words, in lower case, and their values.</param>
    /// <param name="put">Puts the value into the settings.</param>
    /// <param name="note">What it does.</param>
    /// <param name="risk">The effect of a wrong value.</param>
    public static Setting Word<T>(string name, string key, string @default, IReadOnlyList<(string Word, T Value)> words, Func<LoadShaperSettings, T, LoadShaperSettings> put, string note, string risk) => new()
    {
        Name = name,
        Key = key,
        Type = SettingType.Word,
        Default = @default,
        Words = [.. words.Select(w => w.Word)],
        Note = note,
        Risk = risk,
        Parse = text =>
        {
            foreach (var (word, value) in words)
                if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                    return new ParsedValue(s => put(s, value));
            var choices = string.Join(", ", words.Select(w => w.Word));
            return ParsedValue.Refused($"is not one of {choices}", $"set {name} to one of {choices}");
        },
    };

    public static Setting Text(string name, string key, string @default, string rule, Func<string, ParsedValue> parse, string note, string risk) => new()
    {
        Name = name,
        Key = key,
        Type = SettingType.Text,
        Default = @default,
        TextBounds = rule,
        Note = note,
        Risk = risk,
        Parse = parse,
    };

    public static string Invariant(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static (double? Value, ParsedValue? Refused) ReadNumber(string text, string name, double @default, double min, double max, string unit)
    {
        if (!double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return (null, ParsedValue.Refused("is not a number", HowToWrite(text, name, @default, unit)));
        var bounds = $"{Invariant(min)} – {Invariant(max)}{(unit == "" ? "" : " " + unit)}";
        return value < min || value > max
            ? (null, ParsedValue.Refused($"is outside {bounds}", $"set {name} between {Invariant(min)} and {Invariant(max)}"))
            : (value + 0.0, null);
    }

    private static string HowToWrite(string text, string name, double @default, string unit)
    {
        if (text.Contains("://", StringComparison.Ordinal))
            return $"write the number alone, as in {name}={Invariant(@default)}; a Kubernetes Service sets such a variable: set enableServiceLinks: false in the pod";
        // 1,000 may mean 1000 or 1: a factor of a thousand is not guessed.
        if (IsGrouped(text))
            return $"write no separator between thousands, and a point for decimals: set {name}={text.Replace(",", "")}, or {name}={text.Replace(',', '.')}";
        if (IsNumber(text.Replace(',', '.')))
            return $"the decimal sign is a point: set {name}={text.Replace(',', '.')}";
        var digits = text.TrimEnd('%', ' ').TrimEnd([.. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/"]).TrimEnd();
        return digits != text && IsNumber(digits) && IsUnit(text[digits.Length..].Trim(), name, unit)
            ? $"write the number alone{(unit == "" ? "" : $", it is in {unit}")}: set {name}={digits}"
            : $"write plain digits{(unit == "" ? "" : $", in {unit} and without the unit")}, as in {name}={Invariant(@default)}";
    }

    private static bool IsGrouped(string text) =>
        text.Split(',') is [{ Length: >= 1 and <= 3 } first, .. { Length: > 0 } rest]
        && IsDigits(first) && rest.All(part => part.Length == 3 && IsDigits(part));

    private static bool IsDigits(string text) => text.All(char.IsAsciiDigit);

    // Another unit than the setting's own (1m for seconds, 1GB for MiB) would be another number.
    private static bool IsUnit(string suffix, string name, string unit) =>
        (unit != "" && suffix.StartsWith(unit, StringComparison.OrdinalIgnoreCase)) || name.EndsWith("_" + suffix, StringComparison.OrdinalIgnoreCase);

    private static bool IsNumber(string text) =>
        double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);
}
