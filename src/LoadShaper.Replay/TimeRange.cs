using System.Globalization;

namespace LoadShaper.Replay;

/// <summary>What part of a record is asked for; an open end is null.</summary>
public sealed record TimeRange(DateTimeOffset? From, DateTimeOffset? To)
{
    public static readonly TimeRange All = new(null, null);

    public bool Contains(DateTimeOffset at) => !(at < From) && !(at >= To);

    /// <summary>A UTC time like 2026-11-21 or 2026-11-21T14:30, or a duration before the end of the record like 2d.</summary>
    /// <exception cref="FormatException">It is neither; the message says how to write it.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset end)
    {
        if (TryDuration(text, out var before))
            return end - before;
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new FormatException($"'{text}' is no time: write UTC like 2026-11-21T14:30:00Z, or a duration before the end of the record like 2d, 6h or 30m");
    }

    /// <exception cref="FormatException">It is none, or not longer than nothing.</exception>
    public static TimeSpan ParseDuration(string text) =>
        TryDuration(text, out var duration) && duration > TimeSpan.Zero
            ? duration
            : throw new FormatException($"'{text}' is no duration: write a number and d, h, m or s, like 1d, 6h or 30m");

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
