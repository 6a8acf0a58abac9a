using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Fleet;

/// <summary>FLEET_PEERS.</summary>
public sealed record FleetSettings
{
    /// <summary>The VMs whose /health is read; empty for none.</summary>
    public IReadOnlyList<FleetPeer> Peers { get; init; } = [];
}

/// <summary>One entry of FLEET_PEERS.</summary>
/// <param name="Url">Where its LoadShaper answers, without /health.</param>
public sealed record FleetPeer(string Name, SecretUrl Url);
