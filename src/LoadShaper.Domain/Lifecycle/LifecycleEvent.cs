using LoadShaper.Domain.Platform;

namespace LoadShaper.Domain.Lifecycle;

/// <summary>The daemon's own life: starts, stops, and the times it did not see.</summary>
public abstract record LifecycleEvent(DateTimeOffset At) : IEvent;

/// <param name="Version">Of LoadShaper.</param>
/// <param name="Akka">Which Akka it runs on.</param>
/// <param name="Settings">Every setting in force, by its name.</param>
/// <param name="Family">Which variant of the idle rule applies.</param>
public sealed record DaemonStarted(
    DateTimeOffset At, string Version, string Akka, int CpuCount, IReadOnlyDictionary<string, string> Settings,
    ShapeFamily Family = ShapeFamily.E2) : LifecycleEvent(At)
{
    public bool Equals(DaemonStarted? other) =>
        other is not null && At == other.At && Version == other.Version && Akka == other.Akka && CpuCount == other.CpuCount
        && Family == other.Family && Settings.Count == other.Settings.Count
        && Settings.All(pair => other.Settings.TryGetValue(pair.Key, out var text) && text == pair.Value);

    public override int GetHashCode() => HashCode.Combine(At, Version, CpuCount);
}

public sealed record DaemonStopped(DateTimeOffset At, string Reason) : LifecycleEvent(At);

/// <summary>Why the record has a hole before <see cref="LifecycleEvent.At"/>.</summary>
public enum GapCause
{
    /// <summary>The daemon did not run.</summary>
    Downtime,

    /// <summary>The machine slept, or the daemon got no CPU.</summary>
    Suspend,

    ClockForward,

    ClockBackward,

    /// <summary>The journal could not be written; what was decided meanwhile is not on disk.</summary>
    JournalFailed,

    /// <summary>The journal was damaged or gone, and a new one was begun.</summary>
    JournalLost,
}

/// <param name="From">Where the hole begins; after <see cref="LifecycleEvent.At"/> when the clock went back.</param>
public sealed record GapSeen(DateTimeOffset At, DateTimeOffset From, GapCause Cause, string? Detail = null) : LifecycleEvent(At);
