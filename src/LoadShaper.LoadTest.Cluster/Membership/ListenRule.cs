using System.Net;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.LoadTest.Cluster.Membership;

/// <summary>
/// Which addresses coordinator and workers may use for each other. Without a certificate the traffic is not encrypted
/// and not authenticated, so only loopback and private addresses are permitted.
/// </summary>
public static class ListenRule
{
    /// <summary>Null when the address may be used, otherwise what is wrong and how to fix it.</summary>
    /// <param name="option">The option that has the address, for example <c>--listen</c>.</param>
    /// <param name="addresses">What the host was resolved to.</param>
    public static string? Refusal(string option, ClusterAddress address, IReadOnlyList<IPAddress> addresses, bool certificate)
    {
        if (addresses.Any(a => a.Equals(IPAddress.Any) || a.Equals(IPAddress.IPv6Any)))
            return $"{option} {address} is a wildcard; expected the address that the other machines connect to, for example 10.0.0.5:{address.Port}";
        return !certificate && addresses.FirstOrDefault(a => !TargetRule.IsPrivate(a)) is { } open
            ? $"{option} {address} is the public address {open}, and there is no certificate; expected a loopback or private address. "
                + "Create a certificate with `loadshaper load cert FILE` and pass --certificate FILE to the coordinator and to every worker"
            : null;
    }
}
