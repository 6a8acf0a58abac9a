using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Network;

/// <summary>What the fallback is to do, and what it then knows.</summary>
/// <param name="State">With the event applied.</param>
/// <param name="Event">What changed; null when nothing did.</param>
public sealed record FallbackDecision(FallbackState State, NetworkEvent? Event);

/// <summary>
/// When to send traffic because every other metric is about to be too low: on E2 CPU and network, on A1 memory too.
/// A metric that is not known is not at risk, so that a doubt never starts traffic, and ends it; without a reading of the
/// interface, or with a closed gate, it ends at once.
/// </summary>
public static class FallbackPolicy
{
    public static FallbackDecision Decide(NetworkSettings settings, FallbackState state, FallbackInput input)
    {
        var risk = MaySend(settings) && AtRisk(settings.Fallback, input);
        var seen = state.Observe(input.At, risk, safe: !MaySend(settings) || Safe(settings.Fallback, input));
        NetworkEvent? happened = seen.Phase switch
        {
            FallbackPhase.Active when Forbidden(input) is { } cause
                => new FallbackDeactivated(input.At, input, cause),
            FallbackPhase.Active when seen.InPhase(input.At) >= settings.Fallback.MinOn && Held(seen.SafeSince, settings.Fallback, input.At)
                => new FallbackDeactivated(input.At, input, FallbackEnd.NotNeeded),
            FallbackPhase.Inactive when Forbidden(input) is null
                && seen.InPhase(input.At) >= settings.Fallback.MinOff && Held(seen.RiskSince, settings.Fallback, input.At)
                => new FallbackActivated(input.At, input, seen.RiskSince!.Value, settings.Fallback.Activation),
            _ => null,
        };
        return new FallbackDecision(happened is null ? seen : seen.Apply(happened), happened);
    }

    /// <summary>No input came for too long.</summary>
    public static FallbackDecision DecideSilence(FallbackState state, DateTimeOffset at)
    {
        if (state.Phase == FallbackPhase.Inactive)
            return new FallbackDecision(state with { RiskSince = null }, null);
        var happened = new FallbackDeactivated(at, null, FallbackEnd.Silence);
        return new FallbackDecision(state.Apply(happened), happened);
    }

    /// <summary>Without peers or a budget, nothing is ever sent.</summary>
    public static bool MaySend(NetworkSettings settings) =>
        settings is
        {
            Mode: NetworkMode.Client or NetworkMode.Both, Peers.Count: > 0, Target.Value: > 0,
            Fallback.Activation: not NetworkActivation.Off, Budget.Share.Bytes: > 0,
        };

    /// <summary>Without peers, nothing is ever accepted.</summary>
    public static bool MayReceive(NetworkSettings settings) => settings is { Mode: NetworkMode.Server or NetworkMode.Both, Peers.Count: > 0 };

    private static FallbackEnd? Forbidden(FallbackInput input) =>
        input.Gate == GatePosition.Closed ? FallbackEnd.GateClosed
        : input.Network is null ? FallbackEnd.ReadingMissing
        : input.Budget == BudgetLevel.Reached ? FallbackEnd.BudgetReached
        : null;

    private static bool AtRisk(FallbackSettings settings, FallbackInput input) =>
        settings.Activation == NetworkActivation.Always || (OthersAtRisk(settings, input) && input.NetworkAverage < settings.Start);

    private static bool Safe(FallbackSettings settings, FallbackInput input) =>
        settings.Activation == NetworkActivation.Adaptive && (!OthersAtRisk(settings, input) || input.NetworkAverage > settings.Stop);

    private static bool OthersAtRisk(FallbackSettings settings, FallbackInput input) =>
        input.CpuP95 < settings.Risk && (input.Family == ShapeFamily.E2 || input.Memory < settings.Risk);

    private static bool Held(DateTimeOffset? since, FallbackSettings settings, DateTimeOffset at) =>
        since is { } start && (settings.Activation == NetworkActivation.Always || at - start >= settings.Debounce);
}
