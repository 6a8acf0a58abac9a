using LoadShaper.Domain.Control;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Journal;

/// <summary>A stretch of the journal's rows, by their `ordering`.</summary>
/// <param name="After">Rows after this one.</param>
/// <param name="Last">Up to this one, which is included.</param>
public sealed record JournalWindow(long After, long Last)
{
    public static readonly JournalWindow All = new(0, long.MaxValue);
}

// Finds rows by the time of their events, without reading the journal from its beginning.
public sealed partial class JournalReader
{
    // The rows after the end of a range say how what began in it ended, and whether the range lies in a gap.
    private const int RowsBeyond = 64;

    // The row is written by the clock that the event was decided by. Where the two differ by more than this, the rows were
    // copied or imported, and their time of writing says nothing about the events.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    /// <summary>
    /// The rows that hold every event from <paramref name="from"/> on and before <paramref name="to"/>. More rows may be
    /// among them: after a step of the clock the times of the events do not ascend.
    /// </summary>
    public JournalWindow FindWindow(DateTimeOffset? from, DateTimeOffset? to)
    {
        if ((from ?? to) is null || Row("ASC") is not { } first || Row("DESC") is not { } last)
            return JournalWindow.All;
        var probe = new Probe(this, first, last);
        var (after, until) = (0L, long.MaxValue);
        if (from is { } begin)
            after = probe.FirstAt(begin) is { } row ? row - 1 : 0;
        if (to is { } end)
            until = probe.FirstAt(end) ?? long.MaxValue;
        // Events of a clock that was ahead lie before the rows that their times suggest.
        if (probe.WrittenWhenDecided)
        {
            if (from is { } since)
                after = Math.Min(after, Ordering("min(+ordering)", ">=", since) - 1 ?? long.MaxValue);
            if (to is { } before && until < long.MaxValue)
                until = Math.Max(until, Ordering("max(+ordering)", "<", before) ?? 0);
        }

        return new JournalWindow(after, until < long.MaxValue - RowsBeyond ? until + RowsBeyond : until);
    }

    /// <summary>The newest recorded state up to a row from which reading can start; null when there is none.</summary>
    public JournalEntry? FindState(long upTo, Func<StateRecorded, bool> canStartFrom)
    {
        using var command = Command($"SELECT {Columns} FROM journal WHERE ordering <= $after AND deleted = 0 AND manifest LIKE 'state-recorded.%' ORDER BY ordering DESC", upTo);
        using var reader = Execute(command, out var damage);
        while (damage is null && Next(reader!, out damage))
            if (ReadEntry(reader!, hasUndeleted: true) is { Event: StateRecorded state } entry && canStartFrom(state))
                return entry;
        return null;
    }

    private JournalEntry? Row(string order, long from = 0)
    {
        using var command = Command($"SELECT {Columns} FROM journal WHERE ordering >= $after AND deleted = 0 ORDER BY ordering {order} LIMIT 1", from);
        using var reader = Execute(command, out var damage);
        return damage is null && Next(reader!, out damage) && damage is null ? ReadEntry(reader!, hasUndeleted: true) : null;
    }

    // The unary plus of the aggregate makes SQLite use the index on the time rather than walk the rows.
    private long? Ordering(string aggregate, string comparison, DateTimeOffset written)
    {
        using var command = Command($"SELECT {aggregate} FROM journal WHERE created {comparison} $after", written.UtcTicks);
        try
        {
            return command.ExecuteScalar() as long?;
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    /// <summary>Bisects by the times of the events, and notes whether the rows were written when these were decided.</summary>
    private sealed class Probe
    {
        private readonly JournalReader _reader;
        private readonly long _first, _last;

        public Probe(JournalReader reader, JournalEntry first, JournalEntry last)
        {
            (_reader, _first, _last) = (reader, first.Ordering, last.Ordering);
            Look(first);
            Look(last);
        }

        public bool WrittenWhenDecided { get; private set; } = true;

        /// <returns>The first row at or after the time, where times ascend; null when a row could not be read.</returns>
        public long? FirstAt(DateTimeOffset time)
        {
            var (low, high) = (_first, _last + 1);
            while (low < high)
            {
                var middle = low + (high - low) / 2;
                if (_reader.Row("ASC", middle) is not { } row)
                    return null;
                if (Look(row) >= time)
                    high = middle;
                else
                    low = row.Ordering + 1;
            }

            return low;
        }

        private DateTimeOffset Look(JournalEntry row)
        {
            WrittenWhenDecided &= row.Event is null || (row.Event.At - row.Written).Duration() <= LongestWrite;
            return row.Event?.At ?? row.Written;
        }
    }
}
