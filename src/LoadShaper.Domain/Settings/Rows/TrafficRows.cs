using LoadShaper.Domain.Network.Ledger;
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
        Row.Number("NET_MONTHLY_BUDGET_GB", "network.budget.monthly", 1000, 0, 1_000_000, "GB",
            (s, v) => Budget(s, b => b with { Monthly = ByteSize.FromBytes((long)(v * BudgetSettings.Gigabyte)) }),
            "Traffic of a UTC month, of all VMs together; 10^9 bytes each, headers included. Traffic stops when it is used. 0 sends none. Answers of a receiver are counted, not limited.",
            "Above the free egress (10 TB a month for each tenancy) traffic costs money; a small budget leaves the VM without traffic for the rest of the month."),
        Row.Integer("NET_BUDGET_VMS", "network.budget.vms", 1, 1, 100, "VMs", (s, v) => Budget(s, b => b with { Vms = v }),
            "How many VMs share the budget; each may use an equal part.",
            "Less than there are, and together they exceed the budget."),
        Row.Word("NET_BUDGET_COUNTS", "network.budget.counts", "all", [("all", BudgetScope.All), ("external", BudgetScope.External)],
            (s, v) => Budget(s, b => b with { Counts = v }),
            "all counts every byte; external leaves out traffic to private addresses, which is free inside one virtual cloud network.",
            "external does not count what a VPN carries to another network, which is billed."),
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
            "Upper bound of the payload of one datagram. A smaller one is used where the path requires it; nothing is fragmented.",
            "A small one uses more CPU."),
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

    private static LoadShaperSettings Budget(LoadShaperSettings s, Func<BudgetSettings, BudgetSettings> change) =>
        s with { Network = s.Network with { Budget = change(s.Network.Budget) } };
}
