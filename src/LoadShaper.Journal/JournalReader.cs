using LoadShaper.Domain;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Journal;

/// <summary>One row of the journal. <see cref="Event"/> is null where it could not be read; <see cref="Problem"/> then says why.</summary>
/// <param name="SequenceNr">0 where several rows are lost, or the number itself cannot be read.</param>
/// <param name="Written">When the row was written, by the writer's clock.</param>
public sealed record JournalEntry(
    long Ordering, string PersistenceId, long SequenceNr, DateTimeOffset Written, string Manifest, int Bytes,
    IEvent? Event, string? Problem);

/// <summary>
/// Reads a journal without ever writing to it: of a running daemon, a copied file, or a file on a read-only volume.
/// Does not use Akka.
/// </summary>
public sealed partial class JournalReader : IDisposable
{
    private const string Columns = "ordering, persistence_id, sequence_number, created, manifest, message, deleted";

    private readonly SqliteConnection _connection;
    private readonly string? _unread;

    private JournalReader(SqliteConnection connection, string? unread = null) => (_connection, _unread) = (connection, unread);

    /// <exception cref="JournalUnreadableException">No such file, not a journal, or not readable; the message says how to fix it.</exception>
    public static JournalReader Open(string path)
    {
        if (Directory.Exists(path))
            throw new JournalUnreadableException($"{path} is a directory. Give it with --data-dir, or the journal.db in it with --journal.");
        if (!File.Exists(path))
            throw new JournalUnreadableException($"{path} does not exist. Give the directory that the daemon runs with (PERSISTENCE_DIR, --data-dir), or a copied journal.db.");
        try
        {
            return new JournalReader(OpenReadOnly(path));
        }
        catch (SqliteException e) when (SqliteResult.NeedsImmutable(e))
        {
            // Without shared memory the log cannot be read.
            var log = new FileInfo(path + "-wal");
            return new JournalReader(OpenImmutable(path), log is { Exists: true, Length: > 0 }
                ? $"what {log.Name} holds, which may be the newest events, cannot be read on this volume; copy {Path.GetFileName(path)} and {log.Name} to a directory of your own"
                : null);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteResult.Corrupt)
        {
            return OpenCut(path, e);
        }
        catch (SqliteException e)
        {
            throw NoJournal(path, e);
        }
    }

    /// <summary>
    /// The rows in the order in which they were written, one at a time. A row that cannot be read is named, and the rows
    /// behind it follow: a damaged page costs the rows on it.
    /// </summary>
    public IEnumerable<JournalEntry> Read(DateTimeOffset? from = null, DateTimeOffset? to = null, JournalWindow? window = null)
    {
        long? after = window?.After ?? 0;
        // A window begins at an event that is not deleted.
        var hasUndeleted = window is { After: > 0 };
        while (after is { } start)
        {
            // The unary plus keeps SQLite from sorting by an index on the time: rows come one at a time. A time that is no
            // number passes, so that the row is named.
            using var command = Command(
                $"""
                SELECT {Columns} FROM journal
                WHERE ordering > $after AND ordering <= $last
                  AND (typeof(+created) <> 'integer' OR (+created >= $from AND +created < $to)) ORDER BY ordering
                """, start);
            command.Parameters.AddWithValue("$last", window?.Last ?? long.MaxValue);
            command.Parameters.AddWithValue("$from", (from ?? DateTimeOffset.MinValue).UtcTicks);
            command.Parameters.AddWithValue("$to", (to ?? DateTimeOffset.MaxValue).UtcTicks);
            string? damage;
            using (var reader = Execute(command, out damage))
            {
                while (damage is null && Next(reader!, out damage))
                {
                    var entry = ReadEntry(reader!, hasUndeleted);
                    if (entry is null)
                        continue;
                    hasUndeleted = true;
                    // Never back: rows that are out of order must not be read again.
                    after = Math.Max(start, Math.Max(after.Value, entry.Ordering));
                    yield return entry;
                }
            }

            if (damage is null)
                break;
            var lost = after.Value + 1;
            after = BehindDamage(after.Value);
            var until = after is { } next ? $"rows {lost} to {next}" : $"all rows from {lost} on";
            yield return new JournalEntry(lost, "", 0, DateTimeOffset.MinValue, "", 0, null, $"{until} cannot be read: {damage}");
        }

        if (_unread is not null)
            yield return new JournalEntry(long.MaxValue, "", 0, DateTimeOffset.MinValue, "", 0, null, _unread);
    }

    /// <summary>The newest row; null when there is none, or it cannot be read.</summary>
    public JournalEntry? ReadLast()
    {
        using var command = Command($"SELECT {Columns} FROM journal WHERE ordering > $after AND deleted = 0 ORDER BY ordering DESC LIMIT 1", 0);
        using var reader = Execute(command, out _);
        return reader is not null && Next(reader, out var damage) && damage is null ? ReadEntry(reader, hasUndeleted: false) : null;
    }

    public void Dispose() => _connection.Dispose();

    // SQLite refuses a copy that was cut short as a whole, unless it expects a damaged schema.
    private static JournalReader OpenCut(string path, SqliteException refused)
    {
        try
        {
            return new JournalReader(OpenReadOnly(path, "PRAGMA writable_schema = ON"));
        }
        catch (SqliteException)
        {
            throw NoJournal(path, refused);
        }
    }

    private static JournalUnreadableException NoJournal(string path, SqliteException cause) =>
        new($"{path} is not a journal: {cause.Message}", cause);

    private static SqliteConnection OpenReadOnly(string source, string? first = null)
    {
        var connection = SqliteFile.Open(source, SqliteOpenMode.ReadOnly);
        try
        {
            if (first is not null)
                SqliteFile.Execute(connection, first);
            if (SqliteFile.Scalar(connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'journal'") == "0")
                throw new JournalUnreadableException($"{source} has no table named journal: it is not a journal, or it was copied without the journal.db-wal beside it, or the daemon has not decided anything yet.");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // In WAL mode even a reader needs the -shm file; on a read-only volume it cannot be created, and no process writes there.
    private static SqliteConnection OpenImmutable(string path)
    {
        try
        {
            return OpenReadOnly(SqliteFile.Immutable(path));
        }
        catch (SqliteException e)
        {
            throw new JournalUnreadableException($"{path} cannot be opened: {e.Message} Fix its permissions, or read it as the user that the daemon runs as.", e);
        }
    }

    // The row before the first that can be read again; null when none can.
    private long? BehindDamage(long last)
    {
        var (damaged, step) = (last, 1L);
        while (!IsReadableAfter(last + step))
        {
            damaged = last + step;
            step *= 2;
            if (step > 1L << 40)
                return null;
        }

        var readable = last + step;
        while (readable - damaged > 1)
        {
            var middle = damaged + (readable - damaged) / 2;
            if (IsReadableAfter(middle))
                readable = middle;
            else
                damaged = middle;
        }

        return readable;
    }

    // The end of the table counts as readable. The same columns as above: where this succeeds, reading there makes progress.
    private bool IsReadableAfter(long ordering)
    {
        using var command = Command($"SELECT {Columns} FROM journal WHERE ordering > $after ORDER BY ordering LIMIT 1", ordering);
        using var reader = Execute(command, out var damage);
        if (damage is null)
            Next(reader!, out damage);
        return damage is null;
    }

    private SqliteCommand Command(string sql, long after)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$after", after);
        return command;
    }

    private static SqliteDataReader? Execute(SqliteCommand command, out string? damage)
    {
        damage = null;
        try
        {
            return command.ExecuteReader();
        }
        catch (SqliteException e)
        {
            damage = e.Message;
            return null;
        }
    }

    private static bool Next(SqliteDataReader reader, out string? damage)
    {
        damage = null;
        try
        {
            return reader.Read();
        }
        catch (SqliteException e)
        {
            damage = e.Message;
            return false;
        }
    }

    // Null for a row that a deletion left in order to keep the highest sequence number: those come before all others.
    private static JournalEntry? ReadEntry(SqliteDataReader row, bool hasUndeleted)
    {
        _ = row.TryGetInteger(0, out var ordering);
        var problem = ReadCells(row, out var persistenceId, out var number, out var created, out var deleted);
        if (problem is null && deleted == 1)
        {
            if (!hasUndeleted)
                return null;
            problem = "it is marked as deleted, but a row before it is not";
        }
        _ = row.TryGetText(4, out var manifest);
        IEvent? @event = null;
        var bytes = 0;
        if (problem is null)
        {
            problem = row.TryGetBlob(5, out var payload) ? Decode(manifest, payload, out @event) : row.Mismatch(5, "a blob");
            bytes = payload.Length;
        }
        // Without a sequence number the problem text has to name the row.
        return new JournalEntry(
            ordering, persistenceId, number, new DateTimeOffset(Math.Clamp(created, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero),
            manifest, bytes, @event, problem is not null && number == 0 ? $"row {ordering}: {problem}" : problem);
    }

    private static string? ReadCells(SqliteDataReader row, out string persistenceId, out long number, out long created, out long deleted)
    {
        var hasNumber = row.TryGetInteger(2, out number);
        var hasTime = row.TryGetInteger(3, out created);
        var hasMark = row.TryGetInteger(6, out deleted);
        if (!row.TryGetText(1, out persistenceId))
            return row.Mismatch(1, "text");
        if (persistenceId != JournalTables.PersistenceId)
            return $"persistence_id is '{persistenceId}', expected '{JournalTables.PersistenceId}'";
        return !hasNumber ? row.Mismatch(2, "an integer")
            : !hasTime ? row.Mismatch(3, "an integer")
            : !hasMark ? row.Mismatch(6, "0 or 1")
            : deleted is not (0 or 1) ? $"deleted is {deleted}, expected 0 or 1"
            : null;
    }

    private static string? Decode(string manifest, byte[] payload, out IEvent? @event)
    {
        try
        {
            @event = (manifest == SlotDecidedReader.Manifest ? SlotDecidedReader.TryRead(payload) : null) ?? EventWire.Read(manifest, payload);
            return null;
        }
        catch (EventUnreadableException e)
        {
            @event = null;
            return e.Message;
        }
    }
}

public sealed class JournalUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
