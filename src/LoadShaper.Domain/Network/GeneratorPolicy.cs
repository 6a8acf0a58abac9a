namespace LoadShaper.Domain.Network;

/// <summary>States of the traffic generator.</summary>
public enum GeneratorPhase
{
    Off,

    /// <summary>No peer has an address yet.</summary>
    Initializing,

    /// <summary>No peer has agreed yet to receive.</summary>
    Validating,

    /// <summary>All peers receive over UDP.</summary>
    ActiveUdp,

    /// <summary>All peers receive over TCP.</summary>
    ActiveTcp,

    /// <summary>Some peers receive and some do not, or not over the same protocol.</summary>
    Degraded,

    /// <summary>Traffic is wanted, and no peer receives.</summary>
    Error,
}

/// <summary>What a decision about the generator's state is made from.</summary>
/// <param name="Wished">Traffic is wanted.</param>
/// <param name="WishedFor">Without a break.</param>
/// <param name="TurnedFor">Since the generator was switched on or off.</param>
/// <param name="Peers">All of NET_PEERS.</param>
/// <param name="Resolved">Those that have an address to which traffic may go.</param>
/// <param name="Failed">Those that are known not to receive.</param>
/// <param name="Udp">Those that receive over UDP now.</param>
/// <param name="Tcp">Those that receive over TCP now.</param>
/// <param name="Forced">Off at once, without its minimum time.</param>
public sealed record GeneratorInput(
    DateTimeOffset At, bool Wished, TimeSpan WishedFor, TimeSpan TurnedFor, int Peers, int Resolved, int Failed, int Udp, int Tcp, bool Forced = false);

/// <summary>State of the generator; times are monotonic.</summary>
/// <param name="Since">When it was switched on or off.</param>
/// <param name="WishedSince">Since when traffic is wanted without a break; null when it is not.</param>
public sealed record GeneratorState(GeneratorPhase Phase, TimeSpan Since, TimeSpan? WishedSince)
{
    /// <summary>Off, and resting from now on.</summary>
    public static GeneratorState OffAt(TimeSpan now) => new(GeneratorPhase.Off, now, null);

    public bool IsOn => Phase != GeneratorPhase.Off;

    public GeneratorState Wish(bool wished, TimeSpan now) => this with { WishedSince = wished ? WishedSince ?? now : null };

    public GeneratorState Turn(GeneratorPhase to, TimeSpan now) =>
        this with { Phase = to, Since = IsOn == (to != GeneratorPhase.Off) ? Since : now };
}

/// <summary>
/// The generator's state: it is not switched on or off by a short fluctuation of the demand. Off while on it only sends at the
/// ordered rate, which may be 0: less load never waits.
/// </summary>
public static class GeneratorPolicy
{
    public static GeneratorPhase Decide(GeneratorTiming timing, GeneratorPhase phase, GeneratorInput input)
    {
        if (phase == GeneratorPhase.Off)
            return input is { Wished: true, Forced: false } && input.WishedFor >= timing.Debounce && input.TurnedFor >= timing.MinOff ? On(input) : phase;
        return input.Forced || (!input.Wished && input.TurnedFor >= timing.MinOn) ? GeneratorPhase.Off : On(input);
    }

    /// <summary>Whether the generator, on since <paramref name="on"/>, is in a burst or in the rest after it.</summary>
    public static bool InBurst(NetworkSettings settings, TimeSpan on) =>
        on.Ticks % (settings.Burst + settings.Idle).Ticks < settings.Burst.Ticks;

    private static GeneratorPhase On(GeneratorInput input) => input switch
    {
        { Udp: > 0, Tcp: 0 } when input.Udp == input.Peers => GeneratorPhase.ActiveUdp,
        { Udp: 0, Tcp: > 0 } when input.Tcp == input.Peers => GeneratorPhase.ActiveTcp,
        _ when input.Udp + input.Tcp > 0 => GeneratorPhase.Degraded,
        { Resolved: 0 } when input.Failed < input.Peers => GeneratorPhase.Initializing,
        _ when input.Failed < input.Peers => GeneratorPhase.Validating,
        _ => GeneratorPhase.Error,
    };
}
