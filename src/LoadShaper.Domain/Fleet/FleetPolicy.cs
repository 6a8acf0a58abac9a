using System.Text.RegularExpressions;
using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Fleet;

/// <summary>How a peer is doing, the worst last.</summary>
public enum FleetRating
{
    /// <summary>Safe, or not known yet during the first seven days.</summary>
    Safe,

    /// <summary>AT RISK, or not being protected (unhealthy).</summary>
    AtRisk,

    /// <summary>No answer.</summary>
    Unreachable,
}

/// <summary>Reads FLEET_PEERS and rates what the peers answer.</summary>
public static partial class FleetPolicy
{
    public const int MostPeers = 64;

    private const string Form = "write NAME=http://ADDRESS:PORT, comma separated, as in FLEET_PEERS=vm1=http://10.0.0.11:8080,vm2=http://10.0.0.12:8080";

    public static FleetRating Rate(FleetEntry entry) => entry switch
    {
        { IsReachable: false } => FleetRating.Unreachable,
        { Report: { Verdict: "AT RISK" } or { Status: "unhealthy" } } => FleetRating.AtRisk,
        _ => FleetRating.Safe,
    };

    /// <summary>The worst of all; an unreachable peer may be one at risk.</summary>
    public static FleetRating Rate(FleetStatus status) => status.Entries.Select(Rate).DefaultIfEmpty(FleetRating.Safe).Max();

    public static UrlReading<IReadOnlyList<FleetPeer>> Parse(string text)
    {
        var peers = new List<FleetPeer>();
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var number = peers.Count + 1;
            UrlReading<IReadOnlyList<FleetPeer>> Refused(string broken, string fix = Form) => new(null, broken, fix);
            if (entry == "")
                return Refused($"has an empty entry {number}");
            if (entry.IndexOf('=') is not (> 0 and var equals) || entry.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme && scheme < equals)
                return Refused($"entry {number} has no name");
            var (name, url) = (entry[..equals], entry[(equals + 1)..]);
            if (!Name().IsMatch(name))
                return Refused($"entry {number} has a name that is not 1 to 63 letters, digits, '.', '-' and '_'");
            if (peers.Any(peer => peer.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                return Refused($"has the name {name} twice", "give every VM its own name");
            if (HttpUrl.Read(url) is not { Query: "", Fragment: "" })
                return Refused($"{name} has no valid http or https URL");
            peers.Add(new FleetPeer(name, new SecretUrl(new Uri(WithoutHealth(url)), url)));
        }
        return peers.Count <= MostPeers ? new(peers) : new(null, $"has {peers.Count} entries", $"name at most {MostPeers} VMs");
    }

    // The address of the page is accepted for that of the VM.
    private static string WithoutHealth(string url)
    {
        var plain = url.TrimEnd('/');
        return (plain.EndsWith("/health", StringComparison.Ordinal) ? plain[..^"/health".Length] : plain) + "/";
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,63}$")]
    private static partial Regex Name();
}
