using System.Globalization;
using System.Net;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>Bit rates, probabilities and endpoints as fault configurations write them.</summary>
public static class FaultUnits
{
    public const string RateExpected = "a bit rate such as 500kbps, 2mbps or 1gbps";
    public const string ProbabilityExpected = "a share from 0% to 100%, such as 5% or 0.05";
    public const string EndpointExpected = "host:port, such as 127.0.0.1:9001 or [::1]:9001";

    private static readonly (string Suffix, double Factor)[] RateSuffixes =
    [
        ("gbps", 1e9), ("mbps", 1e6), ("kbps", 1e3), ("gbit", 1e9), ("mbit", 1e6), ("kbit", 1e3), ("bps", 1), ("bit", 1),
    ];

    /// <summary>Bits a second, above 0.</summary>
    public static bool TryRate(string text, out double bits)
    {
        text = text.Trim().ToLowerInvariant();
        foreach (var (suffix, factor) in RateSuffixes)
            if (text.EndsWith(suffix, StringComparison.Ordinal) && Units.TryNumber(text[..^suffix.Length], out var number))
            {
                bits = number * factor;
                return bits >= 1;
            }
        bits = 0;
        return false;
    }

    public static string FormatRate(double bits)
    {
        foreach (var (suffix, factor) in RateSuffixes.Take(3))
            if (bits >= factor && Math.Round(bits / factor, 6) is var number)
                return number.ToString("0.######", CultureInfo.InvariantCulture) + suffix;
        return bits.ToString("0.######", CultureInfo.InvariantCulture) + "bps";
    }

    public static string FormatShare(double share) => (share * 100).ToString("0.########", CultureInfo.InvariantCulture) + "%";

    /// <param name="allowUnix">Whether unix:/path is accepted too.</param>
    /// <param name="allowZero">Whether port 0 is accepted.</param>
    public static Endpoint? ParseEndpoint(string text, bool allowUnix = false, bool allowZero = false)
    {
        if (allowUnix && text.StartsWith("unix:", StringComparison.Ordinal))
            return text[5..].TrimStart('/') is { Length: > 0 } && text[5] is '/' or '@' ? new Endpoint("unix", 0, text.StartsWith("unix://", StringComparison.Ordinal) ? text[7..] : text[5..]) : null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65_535 || port == 0 && !allowZero)
            return null;
        var host = text[..colon];
        if (host.StartsWith('[') != host.EndsWith(']') || !host.StartsWith('[') && host.Contains(':'))
            return null;
        host = host.Trim('[', ']');
        return host != "" && !host.Any(c => char.IsWhiteSpace(c) || c == '/') ? new Endpoint(host, port) : null;
    }

    /// <summary>An address prefix; a bare address is a prefix of its full length.</summary>
    public static IPNetwork? ParseNetwork(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
