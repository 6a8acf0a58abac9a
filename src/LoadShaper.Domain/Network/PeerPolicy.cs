using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Network.Peers;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>Why nothing is sent to a peer, or what is wrong with the traffic to it.</summary>
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

    /// <summary>No process listens on the port.</summary>
    Refused,

    /// <summary>No route, or no answer.</summary>
    Unreachable,

    /// <summary>NET_PACKET_SIZE is above the MTU of the path.</summary>
    PacketTooLarge,

    /// <summary>No answer to the hello: no receiver, another NET_KEY, a clock that differs, or a firewall.</summary>
    NoAnswer,

    /// <summary>A public address, and no NET_KEY to make sure that the machine is yours.</summary>
    KeyRequired,

    /// <summary>The connection exists, and nothing sent over it is acknowledged.</summary>
    Stalled,

    /// <summary>The peer answers, and no data packet of any size arrives.</summary>
    AllLost,
}

/// <summary>A peer and its state.</summary>
/// <param name="Address">What it resolved to; null when it did not.</param>
/// <param name="Stale">The name could not be resolved again; the last address is used.</param>
/// <param name="Protocol">By which traffic goes there; null while none may.</param>
/// <param name="Loss">Share of the packets that did not arrive, 0 to 1; null when unknown.</param>
/// <param name="Reputation">0 to 100.</param>
/// <param name="PacketSize">Payload of a datagram that fits the path; null for TCP and when unknown.</param>
/// <param name="Sent">Payload since the start of the generator.</param>
public sealed record PeerStatus(
    NetworkPeer Peer,
    string? Address,
    PeerTrouble? Trouble,
    bool Stale = false,
    PeerPhase Phase = PeerPhase.Unknown,
    NetworkProtocol? Protocol = null,
    double? Loss = null,
    double Reputation = PeerHealthPolicy.Neutral,
    int? PacketSize = null,
    ByteSize Sent = default);

/// <summary>To which address of a peer traffic may go.</summary>
public static class PeerPolicy
{
    /// <summary>How long a TCP peer is left alone after a failed connection.</summary>
    public static readonly BackOff Pause = new(First: TimeSpan.FromSeconds(1), Longest: TimeSpan.FromMinutes(1));

    /// <summary>NET_VALIDATION_TIMEOUT_MS below this would refuse every peer whose answer needs a control tick.</summary>
    public static readonly TimeSpan ShortestHandshake = TimeSpan.FromSeconds(1);

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
