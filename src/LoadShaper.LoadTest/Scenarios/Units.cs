using System.Globalization;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>
/// Durations, rates, sizes and shares as written in scenario files, on the command line and in environment variables.
/// Numbers use a point, never a comma, on every machine.
/// </summary>
public static class Units
{
    public const string DurationExpected = "a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m";
    public const string RateExpected = "a rate such as 500/s, 2000/min or 0.5/s (a bare number is per second)";
    public const string SizeExpected = "a size such as 512, 64KiB, 256MiB or 1GB";
    public const string ShareExpected = "a share such as 5% or 0.05";

    private const NumberStyles Plain = NumberStyles.AllowDecimalPoint;

    private static readonly (string Suffix, double Seconds)[] DurationUnits =
    [
        ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60), ("m", 60), ("h", 3600), ("d", 86400),
    ];

    private static readonly (string Suffix, double Bytes)[] SizeUnits =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1), ("", 1),
    ];

    private static readonly (string Suffix, double Seconds)[] RateUnits =
    [
        ("/second", 1), ("/sec", 1), ("/s", 1), ("rps", 1), ("/minute", 60), ("/min", 60), ("/m", 60), ("/hour", 3600), ("/h", 3600), ("", 1),
    ];

    /// <summary>Reads "1h30m", "250us" or "0"; a bare number other than 0 has no unit and is refused.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.AsSpan().Trim();
        if (rest.SequenceEqual("0"))
            return true;
        if (rest.IsEmpty)
            return false;
        double seconds = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('.', '9');
            if (digits <= 0 || !double.TryParse(rest[..digits], Plain, CultureInfo.InvariantCulture, out var number))
                return false;
            rest = rest[digits..];
            var letters = rest.IndexOfAnyInRange('.', '9');
            var suffix = (letters < 0 ? rest : rest[..letters]).ToString();
            if (DurationUnits.FirstOrDefault(u => u.Suffix == suffix) is not { Suffix: not null } unit)
                return false;
            seconds += number * unit.Seconds;
            rest = rest[suffix.Length..];
        }
        if (seconds > TimeSpan.FromDays(3660).TotalSeconds)
            return false;
        duration = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    /// <summary>Reads "500/s", "2000/min" or "500" as requests a second.</summary>
    public static bool TryRate(string text, out double perSecond)
    {
        foreach (var (suffix, seconds) in RateUnits)
            if (TrySuffixed(text, suffix, out var number))
            {
                perSecond = number / seconds;
                return true;
            }
        perSecond = 0;
        return false;
    }

    /// <summary>Reads "64KiB" or "1MB" as bytes.</summary>
    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        foreach (var (suffix, factor) in SizeUnits)
            if (TrySuffixed(text, suffix, out var number) && number * factor < long.MaxValue)
            {
                bytes = (long)Math.Round(number * factor);
                return true;
            }
        return false;
    }

    /// <summary>Reads "5%" or "0.05" as 0.05; more than the whole is refused.</summary>
    public static bool TryShare(string text, out double share)
    {
        var percent = TrySuffixed(text, "%", out share);
        if (percent)
            share /= 100;
        return (percent || TrySuffixed(text, "", out share)) && share <= 1;
    }

    public static bool TryNumber(string text, out double number) => TrySuffixed(text, "", out number);

    /// <summary>The shortest exact form, which <see cref="TryDuration"/> reads back: 90s is "1m30s".</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0s";
        if (duration.Ticks % TimeSpan.TicksPerSecond != 0)
            return duration.Ticks % TimeSpan.TicksPerMillisecond == 0 && duration < TimeSpan.FromSeconds(10)
                ? Number(duration.TotalMilliseconds) + "ms"
                : duration < TimeSpan.FromMilliseconds(10) ? Number(duration.TotalMicroseconds) + "us" : Number(duration.TotalSeconds) + "s";
        var text = "";
        var left = (long)duration.TotalSeconds;
        foreach (var (unit, seconds) in ((string, long)[])[("h", 3600), ("m", 60), ("s", 1)])
        {
            if (left / seconds > 0)
                text += Number(left / seconds) + unit;
            left %= seconds;
        }
        return text;
    }

    /// <summary>Requests a second, or a minute where that is the whole number: "33.5/s", "2000/min".</summary>
    public static string FormatRate(double perSecond)
    {
        var perMinute = perSecond * 60;
        var whole = Math.Abs(perSecond - Math.Round(perSecond, 3)) < 1e-12;
        return !whole && Math.Abs(perMinute - Math.Round(perMinute)) < 1e-9 ? Number(Math.Round(perMinute)) + "/min" : Number(perSecond) + "/s";
    }

    public static string FormatSize(long bytes) =>
        bytes != 0 && bytes % (1L << 30) == 0 ? $"{Number(bytes >> 30)}GiB"
        : bytes != 0 && bytes % (1L << 20) == 0 ? $"{Number(bytes >> 20)}MiB"
        : bytes != 0 && bytes % (1L << 10) == 0 ? $"{Number(bytes >> 10)}KiB"
        : Number(bytes);

    internal static string Number(double value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static bool TrySuffixed(string text, string suffix, out double number)
    {
        number = 0;
        text = text.Trim();
        return text.EndsWith(suffix, StringComparison.Ordinal)
            && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), Plain, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }
}
