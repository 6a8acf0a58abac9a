using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>How long no memory is taken after a release; doubles with each release that follows within an hour of the last back-off.</summary>
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

        var until = at + new BackOff(first, Longest, streak).Delay;
        return (streak, until > state.NoGrowthBefore || IsOver(state, at) ? until : state.NoGrowthBefore);
    }

    /// <summary>A clock that was set back may not make a back-off longer than the longest.</summary>
    public static bool IsOver(MemoryState state, DateTimeOffset at) =>
        at >= state.NoGrowthBefore || state.NoGrowthBefore - at > Longest;

    private static TimeSpan? First(MemoryReleaseCause cause) => cause switch
    {
        MemoryReleaseCause.AboveTarget or MemoryReleaseCause.SwitchedOff => null,
        // SIGKILL may be the work of a user-space OOM killer, which the kernel does not count.
        MemoryReleaseCause.HolderKilled or MemoryReleaseCause.HolderOutOfMemory => TimeSpan.FromMinutes(10),
        MemoryReleaseCause.HolderFailed => TimeSpan.FromSeconds(10),
        _ => TimeSpan.FromMinutes(1),
    };
}
