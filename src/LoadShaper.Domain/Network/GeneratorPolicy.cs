namespace LoadShaper.Domain.Network;

public enum GeneratorPhase
{
    Off,
    On,
}

/// <summary>Where the generator stands; times are monotonic.</summary>
/// <param name="Since">When the phase began.</param>
/// <param name="WishedSince">Since when traffic is wished for without a break; null when it is not.</param>
public sealed record GeneratorState(GeneratorPhase Phase, TimeSpan Since, TimeSpan? WishedSince)
{
    /// <summary>Off, and resting from now on.</summary>
    public static GeneratorState OffAt(TimeSpan now) => new(GeneratorPhase.Off, now, null);
}

/// <summary>
/// When the generator runs: not on a flicker of the wish, and not off on one. Off while on it just sends at the rate it is
/// told, which may be nothing: less load never waits.
/// </summary>
public static class GeneratorPolicy
{
    public static GeneratorState Decide(GeneratorTiming timing, GeneratorState state, bool wished, TimeSpan now)
    {
        var seen = state with { WishedSince = wished ? state.WishedSince ?? now : null };
        return seen.Phase switch
        {
            GeneratorPhase.Off when seen.WishedSince is { } since && now - since >= timing.Debounce && now - seen.Since >= timing.MinOff
                => seen with { Phase = GeneratorPhase.On, Since = now },
            GeneratorPhase.On when !wished && now - seen.Since >= timing.MinOn
                => seen with { Phase = GeneratorPhase.Off, Since = now },
            _ => seen,
        };
    }

    /// <summary>Whether the generator, on since <paramref name="on"/>, is in a burst or in the rest after it.</summary>
    public static bool InBurst(NetworkSettings settings, TimeSpan on) =>
        on.Ticks % (settings.Burst + settings.Idle).Ticks < settings.Burst.Ticks;
}
