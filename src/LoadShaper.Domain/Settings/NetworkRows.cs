using LoadShaper.Domain.Network;

namespace LoadShaper.Domain.Settings;

/// <summary>NET_*: to whom traffic may go, and which interface is watched.</summary>
internal static class NetworkRows
{
    public static readonly Setting[] All =
    [
        Row.Word("NET_MODE", "network.mode", "client", [("off", NetworkMode.Off), ("client", NetworkMode.Client)],
            (s, v) => s with { Network = s.Network with { Mode = v } },
            "off sends nothing, whatever else is set.",
            "off takes away the last lever when CPU and memory cannot be held up."),
        Row.Text("NET_PEERS", "network.peers", "", "addresses or host names, with or without :port, comma separated", ParsePeers,
            "Who receives the traffic. Only machines you control; empty means no traffic at all.",
            "Traffic to machines of others is abuse and is billed; peers outside the region use up the free egress."),
        Row.Integer("NET_PORT", "network.port", 15201, 1024, 65535, "", (s, v) => s with { Network = s.Network with { Port = v } },
            "The port of every peer that names none.",
            "A port on which the peer does not listen: the traffic counts, but is answered by errors."),
        Row.Word("NET_PROTOCOL", "network.protocol", "udp", [("udp", NetworkProtocol.Udp), ("tcp", NetworkProtocol.Tcp)],
            (s, v) => s with { Network = s.Network with { Protocol = v } },
            "udp costs less CPU; tcp needs a listening peer and yields to other traffic on the way.",
            "udp through a firewall that drops it reaches nobody."),
        Row.Word("NET_IPV6", "network.ipv6", "auto",
            [("auto", Ipv6Use.Auto), ("on", Ipv6Use.Always), ("off", Ipv6Use.Never), ("true", Ipv6Use.Always), ("false", Ipv6Use.Never)],
            (s, v) => s with { Network = s.Network with { Ipv6 = v } },
            "Whether a host name may resolve to an IPv6 address: auto prefers IPv4, on takes IPv6 alone, off IPv4 alone.",
            "on without an IPv6 route: no peer is reached."),
        Row.Switch("NET_VALIDATE_STARTUP", "network.validate-startup", true, (s, v) => s with { Network = s.Network with { ValidatePeers = v } },
            "Peers are checked before the first packet.",
            "Off, traffic may go to an address that nobody meant."),
        Row.Switch("NET_REQUIRE_EXTERNAL", "network.require-external", false, (s, v) => s with { Network = s.Network with { RequireExternalPeers = v } },
            "Refuses peers with private addresses.",
            "On, the cheap way (a second VM in the same network) is closed; no source says that Oracle leaves private traffic out."),
        Row.Number("NET_VALIDATION_TIMEOUT_MS", "network.validation-timeout", 200, 10, 60000, "ms", (s, v) => s with { Network = s.Network with { ValidationTimeout = TimeSpan.FromMilliseconds(v) } },
            "The time one peer has to resolve, and a TCP peer to answer.",
            "Short refuses slow peers; long delays the first packet."),
        Row.Word("NET_SENSE_MODE", "network.sense-mode", "container", [("container", NetworkSenseMode.Container), ("host", NetworkSenseMode.Host)],
            (s, v) => s with { Network = s.Network with { SenseMode = v } },
            "Whose interface is watched: NET_IFACE_INNER (container) or NET_IFACE (host).",
            "container inside a bridge network sees only LoadShaper's own traffic, not the VM's."),
        Row.Text("NET_IFACE", "network.interface", "ens3", InterfaceRule, text => ParseInterface("NET_IFACE", text, (s, v) => s with { Network = s.Network with { HostInterface = v } }),
            "The interface watched with NET_SENSE_MODE=host.",
            "An interface that does not exist: network use is unknown, and no traffic is sent."),
        Row.Text("NET_IFACE_INNER", "network.interface-inner", "eth0", InterfaceRule, text => ParseInterface("NET_IFACE_INNER", text, (s, v) => s with { Network = s.Network with { ContainerInterface = v } }),
            "The interface watched with NET_SENSE_MODE=container.",
            "An interface that does not exist: network use is unknown, and no traffic is sent."),
        Row.Rate("NET_LINK_MBIT", "network.link", 1000, 1, 10000, (s, v) => s with { Network = s.Network with { Link = v } },
            "The link's speed where the kernel does not know it. Every network percentage is a share of it.",
            "Too high sends more than meant; too low counts the VM as busy when Oracle does not."),
    ];

    private const string InterfaceRule = "a name of 1 to 15 characters without spaces, slashes or colons";

    private static ParsedValue ParsePeers(string text)
    {
        var peers = new List<NetworkPeer>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part == "")
                return ParsedValue.Refused("has an empty entry", "separate peers by one comma each, as in NET_PEERS=10.0.0.2,peer.internal:15201");
            if (!NetworkPeer.TryParse(part, out var peer, out var problem))
                return ParsedValue.Refused(problem, "list addresses or host names of your own machines, as in NET_PEERS=10.0.0.2,peer.internal:15201");
            peers.Add(peer);
        }
        return new ParsedValue(s => s with { Network = s.Network with { Peers = peers } });
    }

    private static ParsedValue ParseInterface(string name, string text, Func<LoadShaperSettings, string, LoadShaperSettings> put) =>
        text.Length <= 15 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or ':')
            ? new ParsedValue(s => put(s, text))
            : ParsedValue.Refused("is no interface name", $"set {name} to a name that `ip link` shows");
}
