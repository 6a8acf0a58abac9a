using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using LoadShaper.Domain.Network;

namespace LoadShaper.Daemon.Network;

/// <summary>A peer, where it is, and why nothing may be sent there.</summary>
/// <param name="Stale">The name could not be resolved again, and the address is that of the last time.</param>
internal sealed record ResolvedPeer(NetworkPeer Peer, IPEndPoint? EndPoint, PeerTrouble? Trouble, bool Stale = false)
{
    public bool IsUsable => EndPoint is not null && Trouble is null;
}

/// <summary>Asks the system for the addresses of the peers and of this machine. Slow: never on an actor's thread.</summary>
internal static class PeerResolver
{
    /// <summary>
    /// How long an address of a name is used. The system does not report the TTL of a record; a minute is what records that may
    /// change usually have.
    /// </summary>
    public static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>How long after a failure.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(15);

    public static async Task<IReadOnlyList<ResolvedPeer>> ReadAsync(NetworkSettings settings)
    {
        var own = OwnAddresses();
        return await Task.WhenAll(settings.Peers.Select(peer => ReadAsync(settings, peer, own))).ConfigureAwait(false);
    }

    /// <summary>A name that cannot be resolved now keeps its last address.</summary>
    public static IReadOnlyList<ResolvedPeer> Keep(IReadOnlyList<ResolvedPeer> before, IReadOnlyList<ResolvedPeer> now) =>
    [
        .. now.Select(peer => peer.Trouble == PeerTrouble.NotResolved && before.FirstOrDefault(b => b.Peer == peer.Peer) is { EndPoint: not null } known
            ? known with { Stale = true }
            : peer),
    ];

    private static async Task<ResolvedPeer> ReadAsync(NetworkSettings settings, NetworkPeer peer, IReadOnlyCollection<IPAddress> own)
    {
        // An address is used as it is; NET_IPV6 applies to names.
        var address = IPAddress.TryParse(peer.Host, out var literal)
            ? literal
            : PeerPolicy.Choose(settings.Ipv6, await LookUpAsync(peer.Host, settings.ValidationTimeout).ConfigureAwait(false));
        // An IPv6 socket does not reach an IPv4-mapped address.
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is null
            ? new ResolvedPeer(peer, null, PeerTrouble.NotResolved)
            : new ResolvedPeer(peer, new IPEndPoint(address, peer.Port ?? settings.Port), PeerPolicy.Validate(settings, address, own));
    }

    private static async Task<IPAddress[]> LookUpAsync(string host, TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience);
        try
        {
            return await Dns.GetHostAddressesAsync(host, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>The addresses of this machine; empty where the process may not ask for them (no netlink sockets).</summary>
    public static IReadOnlyCollection<IPAddress> OwnAddresses() => TryOwnAddresses() ?? [];

    /// <returns>Null where the process may not ask for them, as under RestrictAddressFamilies without AF_NETLINK.</returns>
    public static IReadOnlyCollection<IPAddress>? TryOwnAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address)];
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }
}
