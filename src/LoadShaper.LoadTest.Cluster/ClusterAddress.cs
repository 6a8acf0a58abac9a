using System.Globalization;
using System.Net;

namespace LoadShaper.LoadTest.Cluster;

/// <summary>Where a coordinator listens, as the operator writes it: <c>HOST:PORT</c>, an IPv6 address in brackets.</summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">0 to 65535; 0 lets the system choose, which only a listener can use.</param>
public sealed record ClusterAddress(string Host, int Port)
{
    /// <summary>Where `load run --workers` listens by default.</summary>
    public static ClusterAddress Default { get; } = new("127.0.0.1", 7946);

    /// <exception cref="FormatException">The text is not HOST:PORT.</exception>
    public static ClusterAddress Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon > 0 ? text[..colon] : "";
        var bracketed = host is ['[', _, .., ']'];
        if (bracketed)
            host = host[1..^1];
        var valid = colon > 0
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            && (bracketed ? IPAddress.TryParse(host, out _) : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4);
        return valid
            ? new ClusterAddress(host, int.Parse(text[(colon + 1)..], CultureInfo.InvariantCulture))
            : throw new FormatException($"'{text}' is not an address of a coordinator; expected HOST:PORT with a port from 0 to 65535, for example 10.0.0.5:7946, and an IPv6 address in brackets");
    }

    public override string ToString() => $"{BracketedHost}:{Port}";

    internal string BracketedHost => Host.Contains(':') ? $"[{Host}]" : Host;
}
