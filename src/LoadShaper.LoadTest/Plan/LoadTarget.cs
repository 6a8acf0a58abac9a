using System.Net;

namespace LoadShaper.LoadTest.Plan;

/// <summary>Where requests go. A host name is resolved at the start and again after a failed connection; every address is used in turn.</summary>
public sealed record LoadTarget
{
    /// <summary>How the target is named in errors and reports, for example <c>http://127.0.0.1:8080</c>.</summary>
    public required string Name { get; init; }

    public required TargetProtocol Protocol { get; init; }

    /// <summary>Host name or address. Ignored with <see cref="UnixSocketPath"/>.</summary>
    public string Host { get; init; } = "";

    /// <summary>1 to 65,535. Ignored with <see cref="UnixSocketPath"/>.</summary>
    public int Port { get; init; }

    /// <summary>A stream socket in the file system (or <c>@name</c>, abstract) in place of host and port: <c>Http</c> and <c>TcpEcho</c> only.</summary>
    public string? UnixSocketPath { get; init; }

    /// <summary>Addresses that are already resolved. Empty: the engine resolves <see cref="Host"/>.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Value of the Host header. Null: host, and port unless it is the default of the protocol.</summary>
    public string? HostHeader { get; init; }

    /// <summary>Accept any certificate (<c>Https</c>, <c>Http2</c>). For tests against self-signed services.</summary>
    public bool AllowAnyCertificate { get; init; }
}

public enum TargetProtocol
{
    /// <summary>HTTP/1.1 in clear text, on the epoll engine.</summary>
    Http,

    /// <summary>HTTP/1.1 over TLS, through SocketsHttpHandler.</summary>
    Https,

    /// <summary>HTTP/2, over TLS or with prior knowledge in clear text (<see cref="Http2Cleartext"/>), through SocketsHttpHandler.</summary>
    Http2,

    /// <summary>HTTP/2 with prior knowledge in clear text, through SocketsHttpHandler.</summary>
    Http2Cleartext,

    /// <summary>Messages with a sequence number over a TCP (or unix) stream; the peer sends every byte back.</summary>
    TcpEcho,

    /// <summary>Datagrams with a sequence number; the peer sends every datagram back. Loss, duplicates and reordering are counted.</summary>
    UdpEcho,
}

public static class TargetProtocols
{
    /// <summary>Whether the protocol is executed by SocketsHttpHandler in place of the epoll engine; then all HTTP steps of the run are.</summary>
    public static bool NeedsManagedEngine(this TargetProtocol protocol) =>
        protocol is TargetProtocol.Https or TargetProtocol.Http2 or TargetProtocol.Http2Cleartext;
}
