namespace LoadShaper.LoadTest;

/// <summary>How a plan is executed as a part of a distributed run. The defaults are those of a run of this process alone.</summary>
public sealed record LoadRunOptions
{
    public static LoadRunOptions Default { get; } = new();

    /// <summary>
    /// CLOCK_MONOTONIC of this machine in nanoseconds at which the schedule starts. An instant that passed more than
    /// <see cref="LatestStart"/> ago ends the run before the first request. Null: as soon as the engine is ready.
    /// </summary>
    public long? StartAt { get; init; }

    /// <summary>How late the engine may be ready; a run that starts late reports it as its start skew.</summary>
    public TimeSpan LatestStart { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// From when on arrivals are taken, from the start of the schedule (warm-up included). Earlier ones are not offered and
    /// not sent: a worker that takes over the part of another one continues it.
    /// </summary>
    public TimeSpan From { get; init; }

    /// <summary>Until when requests may be sent; the run ends when it has passed. Null: no limit.</summary>
    public SendLimit? SendLimit { get; init; }

    /// <summary>Every how many intervals the observer receives <c>IntervalSnapshot.Cumulative</c>. 0: never.</summary>
    public int CumulativeEvery { get; init; }
}
