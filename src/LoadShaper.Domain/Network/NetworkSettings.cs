using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>The NET_* settings. Defaults, bounds and relations: the settings table.</summary>
public sealed record NetworkSettings
{
    public NetworkMode Mode { get; init; } = NetworkMode.Client;

    public NetworkProtocol Protocol { get; init; } = NetworkProtocol.Udp;

    /// <summary>Receivers and senders of traffic: only machines the user controls. Without peers nothing is ever sent or accepted.</summary>
    public IReadOnlyList<NetworkPeer> Peers { get; init; } = [];

    /// <summary>The port of a peer that names none.</summary>
    public int Port { get; init; } = 15201;

    /// <summary>NET_IPV6: whether a host name may resolve to an IPv6 address.</summary>
    public Ipv6Use Ipv6 { get; init; } = Ipv6Use.Auto;

    /// <summary>IP time to live, or IPv6 hop limit, of what is sent.</summary>
    public int Ttl { get; init; } = 1;

    /// <summary>NET_PACKET_SIZE: upper bound of the payload of one datagram; the path may allow less.</summary>
    public ByteSize PacketSize { get; init; } = ByteSize.FromBytes(8900);

    /// <summary>NET_TARGET_PCT: the use of the link that is aimed at while the fallback is active.</summary>
    public Percent Target { get; init; } = Percent.Of(10);

    /// <summary>NET_STOP_PCT: use of the link at which nothing of ours is sent.</summary>
    public Percent Stop { get; init; } = Percent.Of(60);

    /// <summary>NET_LINK_MBIT: the link's speed where the kernel does not know it.</summary>
    public BitRate Link { get; init; } = BitRate.FromMbit(1000);

    /// <summary>NET_MIN_RATE_MBIT: less than this is not worth sending and not sent.</summary>
    public BitRate MinRate { get; init; } = BitRate.FromMbit(1);

    /// <summary>NET_MAX_RATE_MBIT: the upper limit of the rate.</summary>
    public BitRate MaxRate { get; init; } = BitRate.FromMbit(800);

    /// <summary>NET_BURST_SEC: how long traffic is sent at a time.</summary>
    public TimeSpan Burst { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>NET_IDLE_SEC: the rest between two bursts.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(10);

    public NetworkSenseMode SenseMode { get; init; } = NetworkSenseMode.Container;

    /// <summary>NET_IFACE: the interface watched with <see cref="NetworkSenseMode.Host"/>.</summary>
    public string HostInterface { get; init; } = "ens3";

    /// <summary>NET_IFACE_INNER: the interface watched with <see cref="NetworkSenseMode.Container"/>.</summary>
    public string ContainerInterface { get; init; } = "eth0";

    /// <summary>The interface whose counters are read.</summary>
    public NetworkWatch Watch => SenseMode == NetworkSenseMode.Host
        ? new NetworkWatch(HostInterface, OfHost: true, Link, LinkFromMetadata)
        : new NetworkWatch(ContainerInterface, OfHost: false, Link, LinkFromMetadata);

    /// <summary>Whether <see cref="Link"/> is what the instance metadata says.</summary>
    public bool LinkFromMetadata { get; init; }

    /// <summary>NET_VALIDATE_STARTUP: whether peers are checked before the first packet.</summary>
    public bool ValidatePeers { get; init; } = true;

    /// <summary>NET_REQUIRE_EXTERNAL: refuse peers with private addresses.</summary>
    public bool RequireExternalPeers { get; init; }

    /// <summary>NET_VALIDATION_TIMEOUT_MS: the time one peer has to resolve, and a TCP peer to answer.</summary>
    public TimeSpan ValidationTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>NET_STATE_*: debounce and least times of the generator's own states.</summary>
    public GeneratorTiming Generator { get; init; } = new();

    public FallbackSettings Fallback { get; init; } = new();

    /// <summary>NET_MONTHLY_BUDGET_GB, NET_BUDGET_VMS, NET_BUDGET_COUNTS.</summary>
    public BudgetSettings Budget { get; init; } = new();

    /// <summary>NET_KEY; null without one.</summary>
    public NetworkKey? Key { get; init; }
}

/// <summary>NET_MODE.</summary>
public enum NetworkMode
{
    Off,

    /// <summary>Sends to the peers.</summary>
    Client,

    /// <summary>Receives from the peers.</summary>
    Server,

    /// <summary>Sends and receives.</summary>
    Both,
}

/// <summary>NET_PROTOCOL.</summary>
public enum NetworkProtocol
{
    Udp,
    Tcp,
}

/// <summary>NET_IPV6: auto prefers IPv4 and falls back to IPv6.</summary>
public enum Ipv6Use
{
    Auto,
    Always,
    Never,
}

/// <summary>NET_SENSE_MODE: whose interface counters are read.</summary>
public enum NetworkSenseMode
{
    Container,
    Host,
}

/// <summary>NET_STATE_DEBOUNCE_SEC, NET_STATE_MIN_ON_SEC, NET_STATE_MIN_OFF_SEC.</summary>
public sealed record GeneratorTiming
{
    /// <summary>How long traffic must be wanted before the generator starts.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan MinOn { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan MinOff { get; init; } = TimeSpan.FromSeconds(20);
}
