using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Settings;

/// <summary>NET_*: how much traffic, in which rhythm, in which packets.</summary>
internal static class TrafficRows
{
    public static readonly Setting[] All =
    [
        Row.Percent("NET_TARGET_PCT", "network.target", 10, (s, v) => s with { Network = s.Network with { Target = v } },
            "Use of the link that is aimed at while traffic is sent.",
            "Every percent of a fast link is terabytes a month; under 20 it is not what protects the VM."),
        Row.Rate("NET_MIN_RATE_MBIT", "network.min-rate", 1, 0.1, 10000, (s, v) => s with { Network = s.Network with { MinRate = v } },
            "Less than this is not worth sending and is not sent.",
            "Above what is missing, nothing is ever sent."),
        Row.Rate("NET_MAX_RATE_MBIT", "network.max-rate", 800, 1, 10000, (s, v) => s with { Network = s.Network with { MaxRate = v } },
            "Never more than this, whatever is missing.",
            "High fills the link; 400 Mbit all month is 130 TB against 10 TB of free egress."),
        Row.Seconds("NET_BURST_SEC", "network.burst", 10, 1, 3600, (s, v) => s with { Network = s.Network with { Burst = v } },
            "How long traffic is sent at a time.",
            "Long holds the link from other work; short never reaches full rate."),
        Row.Seconds("NET_IDLE_SEC", "network.idle", 10, 1, 3600, (s, v) => s with { Network = s.Network with { Idle = v } },
            "The rest between two bursts.",
            "Long against the burst lowers the mean under the target."),
        Row.Integer("NET_TTL", "network.ttl", 1, 1, 255, "hops", (s, v) => s with { Network = s.Network with { Ttl = v } },
            "IP time to live, or IPv6 hop limit, of what is sent.",
            "1 does not get past the first router: right inside one subnet, useless for an external peer."),
        Row.Integer("NET_PACKET_SIZE", "network.packet-size", 8900, 64, 65507, "bytes", (s, v) => s with { Network = s.Network with { PacketSize = ByteSize.FromBytes(v) } },
            "Payload of one datagram, or of one TCP write.",
            "Larger than the path's MTU is fragmented or dropped (1500 on the internet, 9000 inside the VCN); small costs CPU."),
        Row.Seconds("NET_STATE_DEBOUNCE_SEC", "network.generator.debounce", 5, 0, 86400, (s, v) => s with { Network = s.Network with { Generator = s.Network.Generator with { Debounce = v } } },
            "How long the wish for traffic must last before the generator starts.",
            "0 starts on every flicker; long starts late."),
        Row.Seconds("NET_STATE_MIN_ON_SEC", "network.generator.min-on", 15, 0, 86400, (s, v) => s with { Network = s.Network with { Generator = s.Network.Generator with { MinOn = v } } },
            "Least time the generator stays on. A closing gate stops it at once all the same.",
            "0 lets it flap."),
        Row.Seconds("NET_STATE_MIN_OFF_SEC", "network.generator.min-off", 20, 0, 86400, (s, v) => s with { Network = s.Network with { Generator = s.Network.Generator with { MinOff = v } } },
            "Least time the generator stays off.",
            "0 lets it flap; long leaves the network idle."),
    ];
}
