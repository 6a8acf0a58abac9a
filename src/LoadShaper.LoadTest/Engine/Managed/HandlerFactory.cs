using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Engine.Managed;

internal static class HandlerFactory
{
    internal const string Limit =
        "HTTP requests of this run go through SocketsHttpHandler (https, HTTP/2): it needs about twice the CPU time per request of plain HTTP/1.1, so the highest rate is lower, and byte counts are those of bodies";

    internal static Version VersionOf(TargetProtocol protocol) =>
        protocol is TargetProtocol.Http2 or TargetProtocol.Http2Cleartext ? HttpVersion.Version20 : HttpVersion.Version11;

    internal static SocketsHttpHandler Create(LoadTarget target, AddressBook addresses, int connections, TimeSpan connectTimeout)
    {
        var next = 0u;
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = connections,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = connectTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            MaxResponseHeadersLength = Http.ResponseParser.MaxHeadBytes / 1024,
            SslOptions = Ssl(target),
            ConnectCallback = async (_, cancellation) =>
            {
                var all = addresses.Addresses;
                var address = all[(int)(Interlocked.Increment(ref next) % (uint)all.Length)];
                try
                {
                    return new NetworkStream(await ConnectAsync(target, address, cancellation).ConfigureAwait(false), ownsSocket: true);
                }
                catch (SocketException)
                {
                    addresses.OnConnectFailed();
                    throw;
                }
            },
        };
    }

    private static SslClientAuthenticationOptions Ssl(LoadTarget target)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = target.Host };
        if (target.AllowAnyCertificate)
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return options;
    }

    private static async Task<Socket> ConnectAsync(LoadTarget target, RawAddress address, CancellationToken cancellation)
    {
        var unix = target.UnixSocketPath;
        var socket = unix is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            EndPoint to = unix is null ? IPEndPoint.Parse(address.Text) : new UnixDomainSocketEndPoint(unix[0] == '@' ? '\0' + unix[1..] : unix);
            await socket.ConnectAsync(to, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
