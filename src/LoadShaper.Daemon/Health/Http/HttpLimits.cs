using System.Net;
using LoadShaper.Domain.Health;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LoadShaper.Daemon.Health.Http;

/// <summary>Limits of the web server before a request is seen: connections, header and body sizes, slow clients.</summary>
internal static class HttpLimits
{
    /// <summary>At the default of HEALTH_MAX_CONCURRENT_REQUESTS and below.</summary>
    public const int Connections = 200;

    /// <summary>Bytes. A reverse proxy and a browser together send about 2 KB.</summary>
    public const int Headers = 8 * 1024;

    // A client that has sent a body learns why it is refused: this much is read and dropped, more ends the connection.
    private const int DroppedBody = 1024 * 1024;

    public static void Apply(KestrelServerOptions options, HealthSettings health)
    {
        options.AddServerHeader = false;
        var limits = options.Limits;
        // Above the limit for requests, which answers 429 where this one closes the connection without an answer.
        limits.MaxConcurrentConnections = Math.Max(Connections, 2 * health.Limits.Concurrent);
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestLineSize = 2 * 1024;
        limits.MaxRequestHeadersTotalSize = Headers;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBodySize = DroppedBody;
        limits.MaxRequestBufferSize = 2 * Headers;
        // A client that sends nothing, or a byte now and then, holds one of the connections no longer than this.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(2));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        options.Listen(IPAddress.Parse(health.Host), health.Port, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
