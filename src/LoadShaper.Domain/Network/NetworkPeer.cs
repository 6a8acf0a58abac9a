using System.Globalization;
using System.Net;

namespace LoadShaper.Domain.Network;

/// <summary>A machine of the user's that receives traffic: an address or host name, and its port where it is not NET_PORT.</summary>
public sealed record NetworkPeer(string Host, int? Port = null)
{
    /// <summary>Reads `host`, `host:port`, `1.2.3.4`, `1.2.3.4:port`, `::1`, `[::1]` or `[::1]:port`.</summary>
    /// <exception cref="FormatException">The text is none of these; the message says why.</exception>
    public static NetworkPeer Parse(string text) =>
        TryParse(text, out var peer, out var problem) ? peer : throw new FormatException(problem);

    /// <summary>As <see cref="Parse"/>; <paramref name="problem"/> says what is wrong with the text.</summary>
    public static bool TryParse(string text, out NetworkPeer peer, out string problem)
    {
        (peer, problem) = Split(text.Trim()) switch
        {
            (null, _) => (null!, $"'{text}' is no peer: write host, host:port or [IPv6]:port"),
            ({ } host, _) when !IsHost(host) => (null!, $"'{text}' is no peer: '{host}' is not an address or a host name"),
            ({ } host, null) => (new NetworkPeer(host), ""),
            ({ } host, { } port) when int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535
                => (new NetworkPeer(host, number), ""),
            (_, var port) => (null!, $"'{text}' is no peer: its port '{port}' must be a number from 1 to 65535"),
        };
        return peer is not null;
    }

    public override string ToString() =>
        (Host.Contains(':') ? $"[{Host}]" : Host)
        + (Port is { } port ? string.Create(CultureInfo.InvariantCulture, $":{port}") : "");

    private static (string? Host, string? Port) Split(string text)
    {
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']');
            return end < 0 ? (null, null)
                : end == text.Length - 1 ? (text[1..end], null)
                : text[end + 1] == ':' ? (text[1..end], text[(end + 2)..])
                : (null, null);
        }

        // More than one colon without brackets is an IPv6 address; it cannot carry a port.
        var colon = text.IndexOf(':');
        return colon < 0 || text.IndexOf(':', colon + 1) >= 0 ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Four plain decimal numbers: 010.0.0.2 would be read as octal and name a stranger's machine.</summary>
    public static bool IsIPv4(string text) =>
        IPAddress.TryParse(text, out var address) && address.ToString() == text;

    private static bool IsHost(string host)
    {
        if (host.Contains(':'))
            return IPAddress.TryParse(host, out _);

        // No top-level domain is a number, so what ends in one is meant as an IPv4 address.
        var labels = host.Split('.');
        return labels[^1].All(char.IsAsciiDigit) ? IsIPv4(host) : host.Length <= 253 && labels.All(IsLabel);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        && label[0] != '-' && label[^1] != '-';
}
