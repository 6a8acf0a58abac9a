using System.Globalization;

namespace LoadShaper.Domain.Platform;

/// <summary>The interface that the kernel sends to by default, and why it was chosen.</summary>
/// <param name="Reason">"default route", "IPv6 default route" or "only interface".</param>
public sealed record DefaultInterface(string Name, string Reason);

/// <summary>Finds the interface of the default route in /proc/net/route, /proc/net/ipv6_route and /proc/net/dev.</summary>
public static class DefaultRoute
{
    private const int Up = 0x0001;
    private const int Reject = 0x0200;

    // Made by container engines and for tunnels; never the machine's own link.
    private static readonly string[] Virtual = ["lo", "docker", "br-", "veth", "virbr", "cni", "flannel", "cali", "podman", "tun", "tap", "wg", "dummy"];

    /// <summary>The IPv4 default route of the lowest metric, else the IPv6 one, else the only interface that is not virtual.</summary>
    /// <returns>Null when none of them exists.</returns>
    public static DefaultInterface? Find(string route, string ipv6Route, string dev) =>
        Ipv4(route) is { } name ? new DefaultInterface(name, "default route")
        : Ipv6(ipv6Route) is { } name6 ? new DefaultInterface(name6, "IPv6 default route")
        : Only(dev) is { } only ? new DefaultInterface(only, "only interface")
        : null;

    // Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
    private static string? Ipv4(string text) => Lowest(
        from line in text.Split('\n')
        let words = Words(line)
        where words.Length >= 8 && words[1] == "00000000" && words[7] == "00000000" && IsUsable(words[3])
        select (words[0], Number(words[6], NumberStyles.None)));

    // destination prefix source prefix next-hop metric references uses flags interface
    private static string? Ipv6(string text) => Lowest(
        from line in text.Split('\n')
        let words = Words(line)
        where words.Length >= 10 && words[0].Length == 32 && words[0].All(c => c == '0') && words[1] == "00" && words[9] != "lo" && IsUsable(words[8])
        select (words[9], Number(words[5], NumberStyles.AllowHexSpecifier)));

    private static string? Only(string dev)
    {
        var names = dev.Split('\n').Where(line => line.Contains(':')).Select(line => line.Split(':')[0].Trim())
            .Where(name => name != "" && !Virtual.Any(kind => name.StartsWith(kind, StringComparison.Ordinal))).ToArray();
        return names.Length == 1 ? names[0] : null;
    }

    private static string? Lowest(IEnumerable<(string Name, long? Metric)> routes) =>
        routes.Where(route => route.Metric is not null).OrderBy(route => route.Metric).FirstOrDefault().Name;

    private static bool IsUsable(string flags) =>
        Number(flags, NumberStyles.AllowHexSpecifier) is { } bits && (bits & Up) != 0 && (bits & Reject) == 0;

    private static string[] Words(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static long? Number(string text, NumberStyles style) =>
        long.TryParse(text, style, CultureInfo.InvariantCulture, out var value) ? value : null;
}
