using System.Net;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>A target as written: scheme, host and port, or the path of a unix socket.</summary>
/// <param name="PathPrefix">Goes before every step's path; "" or "/base".</param>
/// <param name="Query">With its question mark; only the URL form of the command line uses it.</param>
public sealed record TargetUrl(string Text, string Scheme, string Host, int Port, string? UnixPath, string PathPrefix, string Query)
{
    public const string Expected = "http://host[:port], https://host[:port], unix:///path/to.sock, tcp://host:port or udp://host:port";

    public static TargetUrl? Parse(string text, out string problem)
    {
        problem = $"target \"{text}\" was not understood; expected {Expected}";
        foreach (var scheme in (string[])["unix://", "unix:"])
            if (text.StartsWith(scheme, StringComparison.Ordinal))
            {
                // "unix:///run/app.sock:/base": as curl and Docker write a path behind a socket.
                var (path, prefix) = text[scheme.Length..].Split(":/", 2) is [var socket, var rest] ? (socket, "/" + rest) : (text[scheme.Length..], "");
                if (path is not ['/' or '@', _, ..])
                    return null;
                problem = "";
                return new TargetUrl(text, "unix", "", 0, path, prefix.TrimEnd('/'), "");
            }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "tcp" or "udp") || uri.Host == "")
            return null;
        if (uri.UserInfo != "" || uri.Fragment != "")
        {
            // The value may hold a password, so it is not repeated.
            problem = uri.UserInfo != "" ? $"target has a user name or password; expected {Expected}; credentials go into headers"
                : $"target \"{text}\" has a fragment; expected {Expected}";
            return null;
        }
        var port = uri.IsDefaultPort || uri.Port < 0 ? uri.Scheme switch { "http" => 80, "https" => 443, _ => 0 } : uri.Port;
        if (port == 0)
        {
            problem = $"target \"{text}\" has no port; expected {uri.Scheme}://host:port";
            return null;
        }
        problem = "";
        return new TargetUrl(text, uri.Scheme, uri.DnsSafeHost, port, null, uri.AbsolutePath.TrimEnd('/'), uri.Query);
    }

    /// <summary>The plan's target for HTTP steps or echo steps; null where the scheme does not serve them.</summary>
    public LoadTarget? ToTarget(bool echo, bool http2, bool anyCertificate)
    {
        TargetProtocol? protocol = (Scheme, echo, http2) switch
        {
            ("http", false, false) or ("unix", false, _) => TargetProtocol.Http,
            ("http", false, true) => TargetProtocol.Http2Cleartext,
            ("https", false, false) => TargetProtocol.Https,
            ("https", false, true) => TargetProtocol.Http2,
            ("tcp", true, _) or ("unix", true, _) => TargetProtocol.TcpEcho,
            ("udp", true, _) => TargetProtocol.UdpEcho,
            _ => null,
        };
        return protocol is null ? null : new LoadTarget
        {
            Name = UnixPath is null ? $"{Scheme}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}" : $"unix:{UnixPath}",
            Protocol = protocol.Value,
            Host = Host,
            Port = Port,
            UnixSocketPath = UnixPath,
            HostHeader = UnixPath is null ? null : "localhost",
            Addresses = IPAddress.TryParse(Host, out var address) ? [address] : [],
            AllowAnyCertificate = anyCertificate,
        };
    }
}
