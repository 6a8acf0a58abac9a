using System.Net.Sockets;

namespace LoadShaper.Daemon;

/// <summary>Why an HTTP request failed, without any part of a URL: the runtime's own messages name hosts, and a proxy with its credentials.</summary>
internal static class HttpFailure
{
    public static string Describe(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the host name cannot be resolved",
        HttpRequestError.SecureConnectionError => "TLS failed; check the certificate of the server",
        HttpRequestError.ProxyTunnelError => "the proxy of the environment refused the connection",
        HttpRequestError.ConnectionError when e.InnerException is SocketException socket => socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable => "no route to the host",
            SocketError.TimedOut => "the connection timed out",
            var code => $"cannot connect ({code})",
        },
        HttpRequestError.ConnectionError => "cannot connect",
        HttpRequestError.ConfigurationLimitExceeded => "the answer is too large",
        _ => e.StatusCode is { } status ? $"HTTP {(int)status}" : "the answer is not valid HTTP, or the connection was lost",
    };
}
