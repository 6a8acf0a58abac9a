using System.Text;

namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>
/// The interfaces of a machine that carry its traffic once: hardware, and no loopback, bridge, tunnel, container end or VLAN, whose
/// packets pass a physical one too.
/// </summary>
public static class PhysicalInterfaces
{
    private static readonly string[] Virtual =
        ["lo", "docker", "veth", "br-", "virbr", "cni", "flannel", "cali", "podman", "tun", "tap", "wg", "tailscale", "dummy", "ifb", "kube", "nodelocaldns", "bond", "team", "sit", "ip6tnl", "gre"];

    /// <summary>Sums /proc/net/dev.</summary>
    /// <param name="hasDevice">Whether an interface has a device in /sys/class/net; null where that cannot be asked.</param>
    /// <returns>Their names, sorted and joined by +, and the sum; null when there is none.</returns>
    public static (string Names, ProcNetDev Bytes)? Sum(ReadOnlySpan<byte> text, Func<string, bool?> hasDevice)
    {
        var found = new SortedDictionary<string, ProcNetDev>(StringComparer.Ordinal);
        var lines = new ProcText(text);
        while (lines.NextLine(out var line))
        {
            var name = Encoding.UTF8.GetString(line.UpToColon());
            if (name != "" && IsPhysical(name, hasDevice) && ProcNetDev.Parse(text, name) is { } bytes)
                found[name] = bytes;
        }
        // Another set of interfaces has another name, so that one that comes or goes is no jump of the sum.
        return found.Count == 0 ? null
            : (string.Join('+', found.Keys), new ProcNetDev(found.Values.Sum(bytes => bytes.Received), found.Values.Sum(bytes => bytes.Sent)));
    }

    // A VLAN is eth0.100, a rename keeps no such mark: sysfs knows it, names decide where there is none.
    private static bool IsPhysical(string name, Func<string, bool?> hasDevice) =>
        hasDevice(name) ?? (!name.Contains('.') && !Virtual.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
}
