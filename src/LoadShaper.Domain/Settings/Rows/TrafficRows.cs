using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Settings.Rows;

/// <summary>NET_*: how much traffic, in which bursts, in which packets.</summary>
internal static class TrafficRows
{
    public static readonly Setting[] All =
    [
        Row.Percent("NET_TARGET_PCT", "network.target", 10, (s, v) => s with { Network = s.Network with { Target = v } },
            "Use of the link to reach while traffic is sent.",
            "Every percent of a fast link is terabytes a month; at 20 or below it does not protect the VM."),
        Row.Rate("NET_MIN_RATE_MBIT", "network.min-rate", 1, 0.1, 10000, (s, v) => s with { Network = s.Network with { MinRate = v } },
            "A rate below this is not sent.",
            "With a value above the missing rate no traffic is ever sent."),
        Row.Rate("NET_MAX_RATE_MBIT", "network.max-rate", 800, 1, 10000, (s, v) => s with { Network = s.Network with { MaxRate = v } },
            "Upper limit of the rate.",
            "A high value fills the link; 400 Mbit all month is 130 TB against 10 TB of free egress."),
        Row.Seconds("NET_BURST_SEC", "network.burst", 10, 1, 3600, (s, v) => s with { Network = s.Network with { Burst = v } },
            "How long traffic is sent at a time.",
            "A long burst occupies the link; a short one never reaches the full rate."),
        Row.Seconds("NET_IDLE_SEC", "network.idle", 10, 1, 3600, (s, v) => s with { Network = s.Network with { Idle = v } },
            "The pause between two bursts.",
            "A pause that is long against the burst lowers the mean below the target."),
        Row.Integer("NET_TTL", "network.ttl", 1, 1, 255, "hops", (s, v) => s with { Network = s.Network with { Ttl = v } },
            "IP time to live, or IPv6 hop limit, of the packets sent.",
            "1 does not pass the first router: right inside one subnet, useless for an external peer."),
        Row.Integer("NET_PACKET_SIZE", "network.packet-size", 8900, 64, 65507, "bytes", (s, v) => s with { Network = s.Network with { PacketSize = ByteSize.FromBytes(v) } },
            "Payload of one datagram, or of one TCP write.",
            "A payload larger than the path's MTU is fragmented or dropped (1500 on the internet, 9000 inside the VCN); a small one uses more CPU."),
        Row.Seconds("NET_STATE_DEBOUNCE_SEC", "network.generator.debounce", 5, 0, 86400, (s, v) => s with { Network = s.Network with { Generator = s.Network.Generator with { Debounce = v } } },
            "How long traffic must be requested before the generator starts.",
            "0 starts on every fluctuation; a long time starts late."),
        Row.Seconds("NET_STATE_MIN_ON_SEC", "network.generator.min-on", 15, 0, 86400, (s, v) => s with { Network = s.Network with { Generator = s.Network.Generator with { MinOn = v } } },
            "Minimum time the generator stays on. A closing gate stops it at once regardless.",
            "0 lets it switch often."),
        Row.Seconds("NET_STATE_MIN_OFF_SEC", "network.generator.min-off", 20, 0, 86400, (s, v) => s with { Network = s.Network with { Generator = s.Network.Generator with { MinOff = v } } },
            "Minimum time the generator stays off.",
            "0 lets it switch often; a long time leaves the network idle."),
    ];
}
