using System.Net;
using System.Security.Authentication;
using System.Text.RegularExpressions;

namespace LoadShaper.LoadTest.Cluster.Hosting;

/// <summary>A TLS handshake that failed, read from what Akka logs about it.</summary>
/// <param name="Peer">Address of the other node, without its port.</param>
/// <param name="Outbound">This node connected to the other one.</param>
/// <param name="Certificate">This node refused the other one's certificate; otherwise the other one sent something that is not TLS, or closed the connection.</param>
internal sealed partial record TlsFailure(string Peer, bool Outbound, bool Certificate)
{
    /// <summary>For the operator of this node.</summary>
    public string Text => (Outbound, Certificate) switch
    {
        (_, true) => $"TLS handshake {(Outbound ? "with" : "from")} {Peer} refused: the certificates differ. {Compare}",
        (true, _) => $"TLS handshake with {Peer} refused: the certificates differ, or the program there does not use TLS. {Compare}",
        _ => $"TLS handshake from {Peer} refused: the program there does not use TLS. If it is a worker, start it with --certificate FILE",
    };

    private const string Compare = "Compare the SHA-256 that `loadshaper load cert` printed, and use the same file on every machine";

    /// <summary>Null: not a failed handshake, or a connection that was closed before it, for example by a port scan.</summary>
    public static TlsFailure? Of(string source, string message, Exception? cause)
    {
        if (!message.StartsWith("TLS handshake failed", StringComparison.Ordinal) || !IPEndPoint.TryParse(Channel().Match(message).Groups["peer"].Value, out var peer))
            return null;
        var outbound = source.Contains("TcpClientHandler", StringComparison.Ordinal);
        var certificate = Causes(cause).Any(e => e is AuthenticationException);
        // A coordinator without a certificate closes the connection of a worker with one.
        if (!certificate && !outbound && !Causes(cause).Any(e => e.GetType().Name == "NotSslRecordException"))
            return null;
        var address = peer.Address.IsIPv4MappedToIPv6 ? peer.Address.MapToIPv4() : peer.Address;
        return new TlsFailure(address.ToString(), outbound, certificate);
    }

    private static IEnumerable<Exception> Causes(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
            yield return e;
    }

    [GeneratedRegex(@"\[\S+->(?<peer>\S+)\]\(Id=", RegexOptions.CultureInvariant)]
    private static partial Regex Channel();
}
