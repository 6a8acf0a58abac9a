using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Domain.Settings.Rows;

/// <summary>NET_*: the peers, and which interface is watched.</summary>
internal static class NetworkRows
{
    private static readonly Setting Key = Row.Text("NET_KEY", "network.key", "", $"a secret of {NetworkKey.ShortestText} or more characters", ParseKey,
        "The secret that all machines of NET_PEERS share: sender and receiver prove by it that both are yours. Without it only private addresses send and receive.",
        "A key that differs on two machines stops all traffic between them; one that others know lets them send traffic to this machine.") with { IsSecret = true };

    public static readonly Setting[] All =
    [
        Row.Word("NET_MODE", "network.mode", "client",
            [("off", NetworkMode.Off), ("client", NetworkMode.Client), ("server", NetworkMode.Server), ("both", NetworkMode.Both)],
            (s, v) => s with { Network = s.Network with { Mode = v } },
            "client sends traffic to NET_PEERS when it is needed; server receives traffic from NET_PEERS on NET_PORT; both does both; off does neither.",
            "off and server remove the last resort when CPU and memory cannot be kept above 20 %; server and both listen on NET_PORT of every address."),
        Row.Text("NET_PEERS", "network.peers", "", "addresses or host names, with or without :port, comma separated", ParsePeers,
            "The machines that receive the traffic, or send it (NET_MODE). Only machines you control; a machine that runs no LoadShaper receiver gets no traffic. Empty: no traffic is sent or accepted.",
            "Traffic to machines of others is abuse and is billed; peers outside the region use up the free egress."),
        Key,
        Row.Integer("NET_PORT", "network.port", 15201, 1024, 65535, "", (s, v) => s with { Network = s.Network with { Port = v } },
            "The port of every peer without a port of its own, and the port of this machine's receiver, UDP and TCP.",
            "A port on which the peer does not listen gets no traffic."),
        Row.Word("NET_PROTOCOL", "network.protocol", "udp", [("udp", NetworkProtocol.Udp), ("tcp", NetworkProtocol.Tcp)],
            (s, v) => s with { Network = s.Network with { Protocol = v } },
            "udp uses less CPU; tcp needs a listening peer and yields to other traffic on the path.",
            "A firewall that drops udp keeps it from reaching the peer."),
        Row.Word("NET_IPV6", "network.ipv6", "auto",
            [("auto", Ipv6Use.Auto), ("on", Ipv6Use.Always), ("off", Ipv6Use.Never), ("true", Ipv6Use.Always), ("false", Ipv6Use.Never)],
            (s, v) => s with { Network = s.Network with { Ipv6 = v } },
            "Whether a host name may resolve to an IPv6 address: auto prefers IPv4, on uses IPv6 only, off uses IPv4 only.",
            "on without an IPv6 route reaches no peer."),
        Row.Switch("NET_VALIDATE_STARTUP", "network.validate-startup", true, (s, v) => s with { Network = s.Network with { ValidatePeers = v } },
            "Whether an address of this machine itself is refused as a peer. Whether the peer agrees to receive is checked always.",
            "false may send traffic over the loopback interface, where it counts nowhere."),
        Row.Switch("NET_REQUIRE_EXTERNAL", "network.require-external", false, (s, v) => s with { Network = s.Network with { RequireExternalPeers = v } },
            "Whether peers with private addresses are refused.",
            "true excludes a second VM in the same network, which costs nothing; no source says that Oracle leaves private traffic out."),
        Row.Number("NET_VALIDATION_TIMEOUT_MS", "network.validation-timeout", 200, 10, 60000, "ms", (s, v) => s with { Network = s.Network with { ValidationTimeout = TimeSpan.FromMilliseconds(v) } },
            "The time in which one peer must resolve, and a TCP peer must answer.",
            "A short time refuses slow peers; a long one delays the first packet."),
        Row.Word("NET_SENSE_MODE", "network.sense-mode", "container", [("container", NetworkSenseMode.Container), ("host", NetworkSenseMode.Host)],
            (s, v) => s with { Network = s.Network with { SenseMode = v } },
            "Which interface is watched: NET_IFACE_INNER in this network namespace (container), or NET_IFACE of the host (host).",
            "In a container with its own network, container sees only LoadShaper's traffic, not the VM's."),
        Row.Text("NET_IFACE", "network.interface", "ens3", InterfaceRule, text => ParseInterface("NET_IFACE", text, (s, v) => s with { Network = s.Network with { HostInterface = v } }),
            "The interface watched with NET_SENSE_MODE=host. When it is not set, the interface of the default route is used.",
            "Network use is unknown while the interface does not exist, and no traffic is sent."),
        Row.Text("NET_IFACE_INNER", "network.interface-inner", "eth0", InterfaceRule, text => ParseInterface("NET_IFACE_INNER", text, (s, v) => s with { Network = s.Network with { ContainerInterface = v } }),
            "The interface watched with NET_SENSE_MODE=container. When it is not set, the interface of the default route is used.",
            "Network use is unknown while the interface does not exist, and no traffic is sent."),
        Row.Rate("NET_LINK_MBIT", "network.link", 1000, 1, 10000, (s, v) => s with { Network = s.Network with { Link = v } },
            "The link's speed where the kernel does not know it. Every network percentage is a share of it.",
            "A value that is too high sends more than intended; one that is too low counts the VM as busy when Oracle does not."),
    ];

    private const string InterfaceRule = "a name of 1 to 15 characters without spaces, slashes or colons; all for the sum of the physical interfaces";

    // What looks like a URL would be redacted only in part.
    private static ParsedValue ParseKey(string text) => text.Contains("://", StringComparison.Ordinal)
        ? ParsedValue.Refused("contains ://", "set the output of `openssl rand -hex 16`, the same on every machine")
        : text.Length >= NetworkKey.ShortestText
        ? new ParsedValue(s => s with { Network = s.Network with { Key = new NetworkKey(text) } })
        : ParsedValue.Refused($"is shorter than {NetworkKey.ShortestText} characters, and can be guessed", "set the output of `openssl rand -hex 16`, the same on every machine");

    private static ParsedValue ParsePeers(string text)
    {
        var peers = new List<NetworkPeer>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part == "")
                return ParsedValue.Refused("has an empty entry", "separate peers by single commas, as in NET_PEERS=10.0.0.2,peer.internal:15201");
            if (!NetworkPeer.TryParse(part, out var peer, out var problem))
                return ParsedValue.Refused(problem, "list addresses or host names of your own machines, as in NET_PEERS=10.0.0.2,peer.internal:15201");
            peers.Add(peer);
        }
        return new ParsedValue(s => s with { Network = s.Network with { Peers = peers } });
    }

    // `ip link` shows eth0@if7 or bond0.100@bond0: the name ends at the @.
    private static ParsedValue ParseInterface(string name, string text, Func<LoadShaperSettings, string, LoadShaperSettings> put)
    {
        var own = text.Split('@')[0].TrimEnd(':');
        if (own is not ("" or "." or "..") && own.Length <= 15 && !own.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or ':'))
            return new ParsedValue(s => put(s, own));
        return ParsedValue.Refused("is not an interface name",
            own.Length > 15 ? $"a name of more than 15 characters is an alternative name; set {name} to the first name that `ip link` shows" : $"set {name} to a name that `ip link` shows");
    }
}
