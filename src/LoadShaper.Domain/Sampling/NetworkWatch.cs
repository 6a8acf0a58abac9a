using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling;

/// <summary>Which interface is watched, and whose.</summary>
/// <param name="Interface">NET_IFACE in host mode, NET_IFACE_INNER in container mode.</param>
/// <param name="OfHost">NET_SENSE_MODE=host: the host's counters, from /host/proc/1/net/dev where it is mounted.</param>
/// <param name="Link">NET_LINK_MBIT, for links that do not tell their speed.</param>
public sealed record NetworkWatch(string Interface, bool OfHost, BitRate Link);
