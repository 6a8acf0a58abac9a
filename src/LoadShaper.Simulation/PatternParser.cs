using System.Globalization;

namespace LoadShaper.Simulation;

/// <summary>A text that is not a valid pattern; the message says what, where, and how to fix it.</summary>
public sealed class PatternException(string message) : Exception(message);

/// <summary>Parses the patterns of `loadshaper simulate`: idle, constant:10, sine:0:40, busy:80:6h, step:40:0:14d, FILE.csv; 14d:2d.</summary>
public static class PatternParser
{
    private const string Known = "idle, constant:LEVEL, sine:LOW:HIGH, busy:LEVEL:FOR, step:BEFORE:AFTER:AT, or a .csv file";

    /// <exception cref="PatternException">It is none of the patterns, or its file is not a trace.</exception>
    public static IForeignLoad ParseForeign(string text)
    {
        var parts = text.Split(':');
        return (parts[0], parts.Length) switch
        {
            ("idle", 1) => ForeignLoad.Idle,
            ("constant", 2) => new ForeignLoad.Constant(Percent(text, parts[1])),
            ("sine", 3) => Sine(text, Percent(text, parts[1]), Percent(text, parts[2])),
            ("busy", 3) => new ForeignLoad.Busy(Percent(text, parts[1]), WithinADay(text, Duration(text, parts[2]))),
            ("step", 4) => new ForeignLoad.Step(Percent(text, parts[1]), Percent(text, parts[2]), Duration(text, parts[3])),
            _ when text.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || File.Exists(text) => TraceFile.Read(text),
            _ => throw new PatternException($"'{text}' is not a foreign load: write {Known}"),
        };
    }

    /// <summary>AT:FOR, like 14d:2d.</summary>
    /// <exception cref="PatternException">It is not.</exception>
    public static Stretch ParseStretch(string text) =>
        text.Split(':') is [var at, var length]
            ? new Stretch(Duration(text, at), Positive(text, Duration(text, length)))
            : throw new PatternException($"'{text}' is not AT:FOR: write AT:FOR, like 14d:2d");

    /// <summary>FOR:PATTERN, like 7d:idle.</summary>
    /// <exception cref="PatternException">It is not.</exception>
    public static History ParseHistory(string text) =>
        text.Split(':', 2) is [var length, var pattern]
            ? new History(WithinAYear(text, Positive(text, Duration(text, length))), ParseForeign(pattern))
            : throw new PatternException($"'{text}' is not a history: write FOR:PATTERN, like 7d:idle");

    /// <summary>The number of an option. A decimal comma is refused: 0,7 would be read as 7.</summary>
    /// <exception cref="PatternException">It is none, or out of bounds.</exception>
    public static double ParseNumber(string option, string text, double least, double most) =>
        !double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? throw new PatternException($"{option} {text} is not a number: write it with a decimal point, like 0.7")
        : value >= least && value <= most ? value
        : throw new PatternException($"{option} {text} is out of bounds: write {least} to {most}");

    private static ForeignLoad.Sine Sine(string text, double low, double high) => low <= high
        ? new ForeignLoad.Sine(low, high)
        : throw new PatternException($"'{text}': the low {low} is above the high {high}: swap them");

    private static double Percent(string text, string part) =>
        double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 100
            ? value
            : throw new PatternException($"'{text}': '{part}' is not a percentage: write a number from 0 to 100 with a decimal point");

    private static TimeSpan Duration(string text, string part)
    {
        if (part.Length > 1
            && double.TryParse(part[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= 100_000)
        {
            switch (part[^1])
            {
                case 'd': return TimeSpan.FromDays(number);
                case 'h': return TimeSpan.FromHours(number);
                case 'm': return TimeSpan.FromMinutes(number);
            }
        }

        throw new PatternException($"'{text}': '{part}' is not a duration: write a number and d, h or m, like 14d, 6h or 30m");
    }

    private static TimeSpan Positive(string text, TimeSpan duration) => duration > TimeSpan.Zero
        ? duration
        : throw new PatternException($"'{text}': the duration is 0: write at least 1m");

    // Every minute of it is kept in memory.
    private static TimeSpan WithinAYear(string text, TimeSpan duration) => duration <= TimeSpan.FromDays(366)
        ? duration
        : throw new PatternException($"'{text}': a history goes back a year: write at most 366d");

    private static TimeSpan WithinADay(string text, TimeSpan duration) => duration <= TimeSpan.FromDays(1)
        ? duration
        : throw new PatternException($"'{text}': a day has 24h: write at most 24h");
}
