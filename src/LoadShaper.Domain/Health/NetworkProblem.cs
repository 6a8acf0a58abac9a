using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;

namespace LoadShaper.Domain.Health;

/// <summary>What prevents traffic that is wanted, or its receipt; the checks of <see cref="HealthPolicy"/> and their texts.</summary>
public static class NetworkProblem
{
    public const string NoPeer = "network_no_peer";
    public const string Unreadable = "network_unreadable";
    public const string BudgetReached = "network_budget_reached";
    public const string NotReceiving = "network_not_receiving";

    /// <summary>The names of the checks that fail.</summary>
    public static IEnumerable<string> Checks(HealthState state)
    {
        if (state.Network is not { } network)
            yield break;
        if (network is { Phase: FallbackPhase.Active, Generator: GeneratorPhase.Error })
            yield return NoPeer;
        if (network.Peers.Count > 0 && state.Sample is { Network: null })
            yield return Unreadable;
        if (network.Peers.Count > 0 && network.Ledger is { } ledger && LedgerPolicy.LevelAt(ledger, network.At) == BudgetLevel.Reached)
            yield return BudgetReached;
        if (network.Receiver is { Problem: not null })
            yield return NotReceiving;
    }

    /// <summary>A check in one sentence, without its full stop.</summary>
    public static string Text(string check, HealthState state) => check switch
    {
        NoPeer => "traffic is wanted, and no peer receives: " + string.Join("; ", (state.Network?.Peers ?? []).Select(peer =>
            $"{peer.Peer}: {(peer.Trouble is { } trouble ? NetworkEventText.Describe(trouble) : "no answer yet")}")),
        Unreadable => "the watched interface cannot be read, so no traffic is sent",
        BudgetReached => "the traffic budget of the month (NET_MONTHLY_BUDGET_GB) is used, so no traffic is sent until the next month",
        _ => $"no traffic is received: the receiver {state.Network?.Receiver?.Problem}",
    };

    /// <summary>How to fix it.</summary>
    public static string Fix(string check) => check switch
    {
        NoPeer => "Start a receiver on the peers (NET_MODE=both, or `loadshaper receive`), with the same NET_KEY and NET_PORT, and open the port between the machines; `loadshaper doctor` checks the peers.",
        Unreadable => "Set NET_IFACE_INNER (or NET_IFACE) to a name that `ip link` shows.",
        BudgetReached => "Raise NET_MONTHLY_BUDGET_GB if the traffic is free, or lower NET_TARGET_PCT.",
        _ => "Stop the other program on the port, or set another NET_PORT on all machines.",
    };
}
