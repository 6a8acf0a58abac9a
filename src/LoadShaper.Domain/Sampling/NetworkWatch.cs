using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling;

/// <summary>Which interface is watched, and whose.</summary>
/// <param name="Interface">NET_IFACE in host mode, NET_IFACE_INNER in container mode; <see cref="All"/> for every physical one.</param>
/// <param name="OfHost">NET_SENSE_MODE=host: the host's counters, from /host/proc/1/net/dev where it is mounted.</param>
/// <param name="LinkFromMetadata">Whether the link's speed comes from the instance metadata.</param>
/// <param name="Link">NET_LINK_MBIT, for links that do not report their speed.</param>
public sealed record NetworkWatch(string Interface, bool OfHost, BitRate Link, bool LinkFromMetadata = false)
{
    /// <summary>The sum of all physical interfaces, as Oracle counts all VNICs together.</summary>
    public const string All = "all";
}

/// <summary>Where the speed of the link comes from, in the order of preference.</summary>
public enum LinkSource
{
    /// <summary>Oracle's instance metadata (ORACLE_METADATA_PROBE).</summary>
    Metadata,

    /// <summary>The driver, in /sys/class/net.</summary>
    Sysfs,

    /// <summary>NET_LINK_MBIT.</summary>
    Setting,
}
