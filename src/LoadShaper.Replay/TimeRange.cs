using System.Globalization;

namespace LoadShaper.Replay;

/// <summary>A part of a record; an open end is null.</summary>
public sealed record TimeRange(DateTimeOffset? From, DateTimeOffset? To)
{
    public static readonly TimeRange All = new(null, null);

    private static readonly string[] TimesOfDay = ["H:mm", "H:mm:ss", "H:mm'Z'", "H:mm:ss'Z'"];

    public bool Contains(DateTimeOffset at) => !(at < From) && !(at >= To);

    /// <summary>
    /// A UTC time like 2026-11-21 or 2026-11-21T14:30; the last 14:30 of the record; or a duration before its end like 2d.
    /// </summary>
    /// <exception cref="FormatException">It is neither; the message says how to write it.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset end)
    {
        if (TryDuration(text, out var before))
            return end - before < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : end - before;
        if (TimeOnly.TryParseExact(text, TimesOfDay, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            var today = new DateTimeOffset(end.UtcDateTime.Date, TimeSpan.Zero) + time.ToTimeSpan();
            return today <= end ? today : today.AddDays(-1);
        }

        // A text without a year would be taken for a day of the present one.
        return text.Length > 4 && text.Take(4).All(char.IsAsciiDigit) && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new FormatException($"'{text}' is not a time: write UTC like 2026-11-21T14:30:00Z, a time of day like 14:30 for the last one in the record, or a duration before its end like 2d, 6h or 30m");
    }

    /// <exception cref="FormatException">It is not a duration, or it is 0.</exception>
    public static TimeSpan ParseDuration(string text) =>
        TryDuration(text, out var duration) && duration > TimeSpan.Zero
            ? duration
            : throw new FormatException($"'{text}' is not a duration: write a number and d, h, m or s, like 1d, 6h or 30m");

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 100_000)
            return false;
        double? seconds = text[^1] switch { 'd' => 86_400, 'h' => 3600, 'm' => 60, 's' => 1, _ => null };
        duration = TimeSpan.FromSeconds(number * (seconds ?? 0));
        return seconds is not null;
    }
}
