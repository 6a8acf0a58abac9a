using System.Net;
using System.Net.Sockets;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>
/// Which hosts may be put under load without being named on the command line: loopback and private addresses (RFC 1918,
/// RFC 4193). Link-local addresses are not among them, because clouds serve instance metadata there.
/// </summary>
public static class TargetRule
{
    /// <summary>Null when the host may be loaded, otherwise what to do.</summary>
    /// <param name="host">As written in the target.</param>
    /// <param name="addresses">What the host resolved to; every one of them gets load.</param>
    /// <param name="allowed">The values of --allow-target.</param>
    public static string? Refusal(string host, IReadOnlyList<IPAddress> addresses, IReadOnlyCollection<string> allowed)
    {
        if (allowed.Contains(host, StringComparer.OrdinalIgnoreCase))
            return null;
        return addresses.FirstOrDefault(a => !IsPrivate(a)) is { } open
            ? $"target {host} has the public address {open}; expected a loopback or private address. If you are permitted to load this host, add --allow-target {host}"
            : null;
    }

    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return true;
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? bytes[0] == 10 || bytes[0] == 172 && bytes[1] is >= 16 and < 32 || bytes[0] == 192 && bytes[1] == 168
            : (bytes[0] & 0xFE) == 0xFC;
    }
}
