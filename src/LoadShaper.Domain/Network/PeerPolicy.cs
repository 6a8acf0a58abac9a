using System.Net;
using System.Net.Sockets;

namespace LoadShaper.Domain.Network;

/// <summary>Why nothing is sent to a peer, or what is wrong with what is.</summary>
public enum PeerTrouble
{
    /// <summary>The host name has no address that NET_IPV6 allows, or not in time.</summary>
    NotResolved,

    /// <summary>Multicast, broadcast or no address at all: never the address of one machine.</summary>
    NotOneMachine,

    /// <summary>This machine: such traffic never leaves it and counts nowhere.</summary>
    ThisMachine,

    /// <summary>A private address, which NET_REQUIRE_EXTERNAL forbids.</summary>
    Private,

    /// <summary>Nobody listens on the port. UDP is sent all the same, for it counts; TCP cannot be.</summary>
    Refused,

    /// <summary>No way there, or no answer.</summary>
    Unreachable,

    /// <summary>NET_PACKET_SIZE does not fit the way there.</summary>
    PacketTooLarge,
}

/// <summary>A peer and what became of it.</summary>
/// <param name="Address">What it resolved to; null when it did not.</param>
public sealed record PeerStatus(NetworkPeer Peer, string? Address, PeerTrouble? Trouble);

/// <summary>To which address of a peer traffic may go.</summary>
public static class PeerPolicy
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <returns>The first address of the family preferred; null when there is none that is allowed.</returns>
    public static IPAddress? Choose(Ipv6Use use, IReadOnlyList<IPAddress> addresses)
    {
        var four = addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork);
        var six = addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetworkV6);
        return use switch
        {
            Ipv6Use.Always => six,
            Ipv6Use.Never => four,
            _ => four ?? six,
        };
    }

    /// <param name="own">The addresses of this machine.</param>
    /// <returns>Null when traffic may go there.</returns>
    public static PeerTrouble? Validate(NetworkSettings settings, IPAddress address, IReadOnlyCollection<IPAddress> own)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IsMany(plain))
            return PeerTrouble.NotOneMachine;
        if (settings.ValidatePeers && (IPAddress.IsLoopback(plain) || own.Contains(plain)))
            return PeerTrouble.ThisMachine;
        return settings.RequireExternalPeers && IsPrivate(plain) ? PeerTrouble.Private : null;
    }

    /// <summary>How long to leave a TCP peer alone after so many failures in a row: 1 s, doubled each time, at most a minute.</summary>
    public static TimeSpan Pause(int failures) =>
        failures <= 0 ? TimeSpan.Zero
        : failures > 6 ? LongestPause
        : TimeSpan.FromSeconds(1 << (failures - 1));

    private static bool IsMany(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any);
        var first = address.GetAddressBytes()[0];
        return first == 0 || first >= 224;
    }

    /// <summary>RFC 1918, RFC 6598, link-local; unique and link-local addresses of IPv6; loopback.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal || IPAddress.IsLoopback(address);
        var b = address.GetAddressBytes();
        return b[0] is 10 or 127
            || (b[0] == 172 && b[1] is >= 16 and <= 31)
            || (b[0] == 192 && b[1] == 168)
            || (b[0] == 169 && b[1] == 254)
            || (b[0] == 100 && b[1] is >= 64 and <= 127);
    }
}
