using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Health;

namespace LoadShaper.Daemon.Hosting;

/// <summary>Where /health is served, and whether it can be.</summary>
internal static class HealthPort
{
    /// <summary>Tries to listen there for a moment.</summary>
    /// <returns>Why it cannot be served; null when it can.</returns>
    public static SocketException? Refusal(HealthSettings health)
    {
        try
        {
            var address = IPAddress.Parse(health.Host);
            using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // Connections of a daemon that has ended do not count.
            probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            probe.Bind(new IPEndPoint(address, health.Port));
            probe.Listen();
            return null;
        }
        catch (SocketException refused)
        {
            return refused;
        }
    }

    /// <summary>What to do about a refusal, by its cause.</summary>
    public static string Fix(SocketException refused) => refused.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "set HEALTH_PORT to a free port, or stop the program that uses it",
        SocketError.AccessDenied => "set HEALTH_PORT to 1024 or more",
        SocketError.AddressNotAvailable => "set HEALTH_HOST to an address of this machine, 127.0.0.1 or 0.0.0.0",
        SocketError.AddressFamilyNotSupported => "set HEALTH_HOST to an IPv4 address: IPv6 is not available here",
        _ => "set HEALTH_HOST to an address of this machine and HEALTH_PORT to a free port",
    };

    /// <summary>Where a client on this machine reaches it: an address that listens everywhere is asked on loopback.</summary>
    public static IPEndPoint LocalEndPoint(HealthSettings health)
    {
        var address = IPAddress.Parse(health.Host);
        return new IPEndPoint(
            address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address, health.Port);
    }
}
