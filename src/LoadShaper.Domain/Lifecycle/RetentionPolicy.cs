namespace LoadShaper.Domain.Lifecycle;

/// <summary>A point of the journal from which it can be read without what came before.</summary>
/// <param name="SequenceNr">Of the state that was recorded there.</param>
public sealed record RecordedState(long SequenceNr, DateTimeOffset Written);

/// <summary>
/// JOURNAL_RETENTION_DAYS: which events are too old to be kept. The one place that decides it.
/// </summary>
public static class RetentionPolicy
{
    /// <summary>At most about this much of the journal goes at once.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromDays(1);

    /// <summary>
    /// Which events go: those before a recorded state that is itself older than the cutoff, so that the window that is kept can
    /// still be decided again. A step at a time, so that no deletion is long, and a clock that is wrong for an hour costs a
    /// day of the oldest events at most, not the journal.
    /// </summary>
    /// <param name="states">Recorded before the cutoff, oldest first.</param>
    /// <returns>The last event to go; null when none has to.</returns>
    public static long? Decide(IReadOnlyList<RecordedState> states, DateTimeOffset now, TimeSpan kept)
    {
        if (states.Count == 0)
            return null;
        var begins = states.FirstOrDefault(state => state.Written >= states[0].Written + Step && state.Written < Cutoff(now, kept));
        return begins?.SequenceNr - 1;
    }

    /// <summary>What was written before this need not be kept.</summary>
    public static DateTimeOffset Cutoff(DateTimeOffset now, TimeSpan kept) =>
        now - DateTimeOffset.MinValue > kept ? now - kept : DateTimeOffset.MinValue;
}
