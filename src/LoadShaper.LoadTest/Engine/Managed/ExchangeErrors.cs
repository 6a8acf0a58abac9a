using System.Net.Sockets;
using System.Security.Authentication;
using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine.Managed;

/// <summary>What SocketsHttpHandler threw, as kind and text of an error row.</summary>
internal static class ExchangeErrors
{
    internal static (FailureKind Kind, string Text) Of(Exception exception)
    {
        if (exception is OperationCanceledException { InnerException: TimeoutException })
            return (FailureKind.ConnectTimeout, "timeout: no connection within the limit");
        var socket = Inner<SocketException>(exception);
        if (exception is not HttpRequestException { HttpRequestError: var error })
            return (FailureKind.ClosedEarly, Text("response", Inner<IOException>(exception) ?? exception));
        return error switch
        {
            HttpRequestError.NameResolutionError => (FailureKind.Resolve, Text("resolve", exception)),
            HttpRequestError.ConnectionError when socket?.SocketErrorCode is SocketError.ConnectionRefused => (FailureKind.Connect, "connect: refused (ECONNREFUSED)"),
            HttpRequestError.ConnectionError when socket?.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.AddressNotAvailable or SocketError.NoBufferSpaceAvailable =>
                (FailureKind.LocalResource, Text("connect", socket)),
            HttpRequestError.ConnectionError => (FailureKind.Connect, Text("connect", socket ?? exception)),
            HttpRequestError.SecureConnectionError => (FailureKind.Tls, Text("TLS", Inner<AuthenticationException>(exception) ?? exception)),
            HttpRequestError.ResponseEnded => (FailureKind.ClosedEarly, "connection closed before the response was complete"),
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.VersionNegotiationError =>
                (FailureKind.Malformed, Text("response", exception)),
            _ => (FailureKind.ClosedEarly, Text("response", socket ?? exception)),
        };
    }

    private static string Text(string what, Exception exception) => ErrorText.Normalise($"{what}: {exception.Message}");

    private static T? Inner<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
                return found;
        }

        return null;
    }
}
