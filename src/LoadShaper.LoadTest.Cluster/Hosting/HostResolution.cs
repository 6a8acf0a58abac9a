using System.Net;
using System.Net.Sockets;

namespace LoadShaper.LoadTest.Cluster.Hosting;

/// <summary>
/// Coordinator and workers use addresses, never names, for each other: a node drops messages to a name that is not the one
/// it was started with, and with addresses any name of the machine works.
/// </summary>
internal static class HostResolution
{
    /// <summary>The address to use for a host: its first IPv4 address, or its first IPv6 address where it has no other.</summary>
    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    public static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancel)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        return addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault()
            ?? throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>The address of this machine from which a peer is reached. Sends nothing.</summary>
    /// <exception cref="SocketException">There is no route.</exception>
    public static IPAddress LocalAddressTo(IPAddress peer, int port)
    {
        using var probe = new Socket(peer.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        probe.Connect(peer, port);
        return ((IPEndPoint)probe.LocalEndPoint!).Address;
    }

    /// <summary>Whether something accepts connections there.</summary>
    /// <returns>Null: yes. Otherwise why not.</returns>
    public static async Task<string?> ProbeAsync(IPAddress address, int port, CancellationToken cancel)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, port, cancel).ConfigureAwait(false);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
