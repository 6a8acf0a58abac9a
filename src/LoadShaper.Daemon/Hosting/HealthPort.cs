using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Health;

namespace LoadShaper.Daemon.Hosting;

/// <summary>Whether /health can be answered where the settings say; tried by listening there for a moment.</summary>
internal static class HealthPort
{
    /// <returns>Why not; null when it can.</returns>
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
}
