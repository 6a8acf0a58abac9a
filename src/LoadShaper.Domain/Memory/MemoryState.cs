namespace LoadShaper.Domain.Memory;

public enum MemoryPhase
{
    Off,
    Growing,
    Holding,

    /// <summary>Short of the target: more would touch the reserve, the stop threshold or a cgroup limit.</summary>
    Limited,

    /// <summary>After a release: nothing is taken for a while.</summary>
    BackingOff,
}

/// <summary>What is remembered from one decision about memory to the next.</summary>
/// <param name="Streak">Releases for others' sake since the last quiet hour.</param>
/// <param name="LastRelease">The last memory that went back, not what was only ordered.</param>
public sealed record MemoryState(
    MemoryPhase Phase,
    MemoryLimit Limit,
    int Streak,
    DateTimeOffset NoGrowthBefore,
    MemoryReleased? LastRelease)
{
    public static readonly MemoryState Initial = new(MemoryPhase.Off, MemoryLimit.None, 0, DateTimeOffset.MinValue, null);

    public MemoryState Apply(MemoryEvent happened) => happened switch
    {
        MemoryGrowthStarted => this with { Phase = MemoryPhase.Growing, Limit = MemoryLimit.None },
        MemoryTargetReached => this with { Phase = MemoryPhase.Holding, Limit = MemoryLimit.None },
        MemoryLimited limited => this with { Phase = MemoryPhase.Limited, Limit = limited.By },
        MemoryReleaseOrdered ordered => Release(ordered.Cause, ordered.Streak, ordered.NoGrowthBefore),
        // What an order led to was applied with the order.
        MemoryReleased { Input.Returned: not null } released => this with { LastRelease = released },
        MemoryReleased released => Release(released.Cause, released.Streak, released.NoGrowthBefore) with { LastRelease = released },
        _ => this,
    };

    private MemoryState Release(MemoryReleaseCause cause, int streak, DateTimeOffset noGrowthBefore) => this with
    {
        Phase = cause switch
        {
            MemoryReleaseCause.SwitchedOff => MemoryPhase.Off,
            MemoryReleaseCause.AboveTarget => Phase == MemoryPhase.BackingOff ? Phase : MemoryPhase.Holding,
            _ => MemoryPhase.BackingOff,
        },
        Limit = MemoryLimit.None,
        Streak = streak,
        NoGrowthBefore = noGrowthBefore,
    };
}
