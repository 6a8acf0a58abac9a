using System.Net;

namespace LoadShaper.LoadTest.Faults.Model;

public enum FaultProtocol
{
    Tcp,
    Udp,
    Dns,
}

/// <summary>What a rule is matched with: where a connection, datagram or query goes.</summary>
/// <param name="Host">Host name as configured, or the queried name; an address has none.</param>
/// <param name="Address">Null while it is not known.</param>
/// <param name="Port">0 for queries.</param>
public readonly record struct FaultTarget(FaultProtocol Protocol, string? Host, IPAddress? Address, int Port);

/// <summary>Which policy applies where. Everything that is null matches everything.</summary>
public sealed record FaultRule
{
    /// <summary>In messages and counters.</summary>
    public required string Name { get; init; }
    public required FaultPolicy Policy { get; init; }
    public FaultProtocol? Protocol { get; init; }
    public IPNetwork? Network { get; init; }
    public int? Port { get; init; }

    /// <summary>A host name, or `*.example.com` for the names below it. Lower case.</summary>
    public string? Host { get; init; }

    /// <summary>The higher one wins.</summary>
    public int Priority { get; init; }

    /// <summary>Start of every random choice of this rule; the same seed gives the same faults.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Longer wins at equal priority: a full name, then a wildcard by its length, then an address prefix by its length.</summary>
    public int Specificity => Host is { } host ? host.StartsWith("*.", StringComparison.Ordinal) ? 1_000 + host.Length : 10_000 : Network?.PrefixLength ?? 0;

    public bool Matches(FaultTarget target) =>
        (Protocol is null || Protocol == target.Protocol)
        && (Port is null || Port == target.Port)
        && (Host is null || target.Host is { } name && MatchesName(Host, name))
        && (Network is null || target.Address is { } address && Network.Value.Contains(address));

    /// <summary>Whether a target may exist that both match at the same rank, so that nothing decides between them.</summary>
    public bool IsAmbiguousWith(FaultRule other) =>
        Priority == other.Priority && Specificity == other.Specificity
        && (Protocol is null || other.Protocol is null || Protocol == other.Protocol)
        && (Port is null || other.Port is null || Port == other.Port)
        && (Host is null || other.Host is null || Host == other.Host)
        && (Network is null || other.Network is null || Network.Value.Equals(other.Network.Value));

    internal static bool MatchesName(string pattern, string name) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? name.Length > pattern.Length - 1 && name.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : string.Equals(pattern, name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}

/// <summary>The rules of a configuration.</summary>
public sealed class FaultRules(IReadOnlyList<FaultRule> rules)
{
    public IReadOnlyList<FaultRule> All => rules;

    /// <summary>The rule that applies, by priority, then by the longer prefix; null: no faults.</summary>
    public FaultRule? Find(FaultTarget target) =>
        rules.Where(r => r.Matches(target)).OrderByDescending(r => r.Priority).ThenByDescending(r => r.Specificity).FirstOrDefault();
}
