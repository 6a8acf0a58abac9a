using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>Durations and sizes with their units.</summary>
internal static class HoconUnits
{
    public static TimeSpan ParseTimeSpan(string text, bool allowInfinite)
    {
        if (allowInfinite && text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;

        var digits = text.AsSpan().IndexOfAnyExcept("0123456789.");
        var (number, unit) = digits < 0 ? (text, "ms") : (text[..digits], text[digits..].TrimStart());
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, NumberFormatInfo.InvariantInfo, out var value))
            throw NotADuration(text);
        return unit switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => Ticks(value / 100),
            "micro" or "micros" or "microsecond" or "microseconds" => Ticks(value * 10),
            "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.FromMilliseconds(value),
            "s" or "second" or "seconds" => TimeSpan.FromSeconds(value),
            "m" or "minute" or "minutes" => TimeSpan.FromMinutes(value),
            "h" or "hour" or "hours" => TimeSpan.FromHours(value),
            "d" or "day" or "days" => TimeSpan.FromDays(value),
            _ => throw NotADuration(text),
        };

        static TimeSpan Ticks(double ticks) => TimeSpan.FromTicks((long)Math.Round(ticks));
    }

    public static long ParseByteSize(string text)
    {
        var last = text.AsSpan().LastIndexOfAnyInRange('0', '9');
        var (number, unit) = (text[..(last + 1)], text[(last + 1)..].Trim());
        if (!long.TryParse(number, NumberStyles.AllowLeadingSign, NumberFormatInfo.InvariantInfo, out var value))
            throw new FormatException($"\"{text}\" is not a size: write a whole number and a unit, as 64MiB or 512 kB");
        return checked(value * Factor(unit));
    }

    private static long Factor(string unit)
    {
        switch (unit)
        {
            case "" or "b" or "B" or "byte" or "bytes":
                return 1;
            case "kB" or "kilobyte" or "kilobytes":
                return 1000;
        }

        // kilo, mega, giga, tera, peta, exa: the first letter tells the power, the rest whether of 1000 or of 1024.
        const string Powers = "kmgtpe";
        var power = Powers.IndexOf(char.ToLowerInvariant(unit[0])) + 1;
        string[] decimals = ["", "", "megabyte", "gigabyte", "terabyte", "petabyte", "exabyte"];
        string[] binaries = ["", "kibibyte", "mebibyte", "gibibyte", "tebibyte", "pebibyte", "exbibyte"];
        var upper = char.ToUpperInvariant(unit[0]);
        if (power > 0 && (unit.Length == 1 || unit == $"{upper}i" || unit == $"{upper}iB" || Either(binaries)))
            return Power(1024);
        if (power > 1 && (unit == $"{upper}B" || Either(decimals)))
            return Power(1000);
        throw new FormatException($"{unit} is not a valid byte size suffix");

        bool Either(string[] words) => unit == words[power] || unit == words[power] + "s";

        long Power(long factor)
        {
            var result = 1L;
            for (var i = 0; i < power; i++)
                result *= factor;
            return result;
        }
    }

    private static FormatException NotADuration(string text) =>
        new($"\"{text}\" is not a duration: write a number and a unit, as 500ms, 10s or 1m");
}
