using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Lifecycle;

/// <summary>A point of the journal from which it can be read without the events before it.</summary>
/// <param name="SequenceNr">The number of the state that was recorded there.</param>
public sealed record RecordedState(long SequenceNr, DateTimeOffset Written);

/// <summary>Which events are deleted: those older than JOURNAL_RETENTION_DAYS, and the oldest ones of a journal that is too large.</summary>
public static class RetentionPolicy
{
    /// <summary>At most about this much of the journal is deleted at once.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromDays(1);

    /// <summary>
    /// The most space that stored events may take. At the 0.6 MB a day that README states, a year takes less than half of it;
    /// only a fault that writes events without end reaches it, and that must not fill the volume, which other software uses
    /// as well.
    /// </summary>
    public static readonly ByteSize LargestSize = ByteSize.FromMiB(512);

    /// <summary>
    /// The last event to delete. Events are deleted up to a recorded state that is itself older than the cutoff, so that the
    /// rest can still be decided again. One step at a time: no deletion takes long, and a clock that is wrong for an hour
    /// costs at most a day of the oldest events.
    /// </summary>
    /// <param name="states">Recorded before the cutoff, oldest first.</param>
    /// <param name="used">The space that the stored events take.</param>
    /// <returns>Its sequence number; null when no event is to be deleted.</returns>
    public static long? Decide(IReadOnlyList<RecordedState> states, DateTimeOffset now, TimeSpan kept, ByteSize used = default)
    {
        if (states.Count == 0)
            return null;
        var begins = states.FirstOrDefault(state => state.Written >= states[0].Written + Step && state.Written < Cutoff(now, kept, used));
        return begins?.SequenceNr - 1;
    }

    /// <summary>Events written before this time may be deleted: by age, or all but the newest when the journal is too large.</summary>
    /// <param name="used">The space that the stored events take.</param>
    public static DateTimeOffset Cutoff(DateTimeOffset now, TimeSpan kept, ByteSize used = default) =>
        used > LargestSize ? now
        : now - DateTimeOffset.MinValue > kept ? now - kept
        : DateTimeOffset.MinValue;
}
