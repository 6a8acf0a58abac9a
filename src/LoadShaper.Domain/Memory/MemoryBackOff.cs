namespace LoadShaper.Domain.Memory;

/// <summary>How long nothing is taken after a release, doubling with each that follows before a quiet hour.</summary>
public static class MemoryBackOff
{
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The streak that a release at <paramref name="at"/> belongs to, and the end of its back-off.</summary>
    public static (int Streak, DateTimeOffset Until) After(MemoryState state, MemoryReleaseCause cause, DateTimeOffset at)
    {
        if (First(cause) is not { } first)
            return (state.Streak, state.NoGrowthBefore);

        // Several releases of one episode count once.
        var streak = IsOver(state, at) ? state.Streak + 1 : Math.Max(1, state.Streak);
        if (IsOver(state, at) && at - state.NoGrowthBefore > Longest)
            streak = 1;

        var length = TimeSpan.FromTicks(Math.Min(Longest.Ticks, first.Ticks << Math.Min(streak - 1, 16)));
        return (streak, at + length > state.NoGrowthBefore || IsOver(state, at) ? at + length : state.NoGrowthBefore);
    }

    /// <summary>A clock that was set back may not make a back-off longer than the longest.</summary>
    public static bool IsOver(MemoryState state, DateTimeOffset at) =>
        at >= state.NoGrowthBefore || state.NoGrowthBefore - at > Longest;

    private static TimeSpan? First(MemoryReleaseCause cause) => cause switch
    {
        MemoryReleaseCause.AboveTarget or MemoryReleaseCause.SwitchedOff => null,
        MemoryReleaseCause.HolderKilled => TimeSpan.FromMinutes(10),
        MemoryReleaseCause.HolderFailed => TimeSpan.FromSeconds(10),
        _ => TimeSpan.FromMinutes(1),
    };
}
