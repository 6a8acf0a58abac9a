using LoadShaper.Domain;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Journal;

/// <summary>One row of the journal. <see cref="Event"/> is null where it could not be read; <see cref="Problem"/> then says why.</summary>
/// <param name="Written">When the row was written, by the writer's clock.</param>
public sealed record JournalEntry(
    long Ordering, string PersistenceId, long SequenceNr, DateTimeOffset Written, string Manifest, int Bytes,
    IEvent? Event, string? Problem);

/// <summary>
/// Reads a journal without ever writing to it: of a running daemon, a copied file, or a file on a read-only volume.
/// Nothing here depends on which Akka wrote it.
/// </summary>
public sealed partial class JournalReader : IDisposable
{
    private const string Columns = "ordering, persistence_id, sequence_number, created, manifest, message";

    private readonly SqliteConnection _connection;
    private readonly string? _unread;

    private JournalReader(SqliteConnection connection, string? unread = null) => (_connection, _unread) = (connection, unread);

    /// <exception cref="JournalUnreadableException">No such file, not a journal, or not readable; the message says how to mend it.</exception>
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
        catch (SqliteException e) when (e.SqliteErrorCode is 14 or 8)
        {
            // Without the -shm file the log cannot be read either.
            var log = new FileInfo(path + "-wal");
            return new JournalReader(OpenImmutable(path), log is { Exists: true, Length: > 0 }
                ? $"what {log.Name} holds, which may be the newest events, cannot be read on a read-only volume; copy {Path.GetFileName(path)} and {log.Name} to a directory of your own"
                : null);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 11)
        {
            return OpenCut(path, e);
        }
        catch (SqliteException e)
        {
            throw NoJournal(path, e);
        }
    }

    /// <summary>
    /// The rows in the order in which they were written, one at a time. What cannot be read is named, and the rest still
    /// comes: a damaged page costs the rows on it.
    /// </summary>
    public IEnumerable<JournalEntry> Read(DateTimeOffset? from = null, DateTimeOffset? to = null, JournalWindow? window = null)
    {
        long? after = window?.After ?? 0;
        while (after is { } start)
        {
            // The unary plus keeps SQLite from sorting by an index on the time: rows are to come one at a time.
            using var command = Command(
                $"""
                SELECT {Columns} FROM journal
                WHERE ordering > $after AND ordering <= $last AND deleted = 0 AND +created >= $from AND +created < $to ORDER BY ordering
                """, start);
            command.Parameters.AddWithValue("$last", window?.Last ?? long.MaxValue);
            command.Parameters.AddWithValue("$from", (from ?? DateTimeOffset.MinValue).UtcTicks);
            command.Parameters.AddWithValue("$to", (to ?? DateTimeOffset.MaxValue).UtcTicks);
            string? damage;
            using (var reader = Execute(command, out damage))
            {
                while (damage is null && Next(reader!, out damage))
                {
                    var entry = Entry(reader!);
                    after = entry.Ordering;
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
        return reader is not null && Next(reader, out var damage) && damage is null ? Entry(reader) : null;
    }

    public void Dispose() => _connection.Dispose();

    // A copy that was cut short is refused as a whole, unless SQLite is told that the schema may be damaged too.
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

    // In WAL mode even a reader needs the -shm file; on a read-only volume it cannot be made, and nobody else writes either.
    private static SqliteConnection OpenImmutable(string path)
    {
        try
        {
            return OpenReadOnly(SqliteFile.Immutable(path));
        }
        catch (SqliteException e)
        {
            throw new JournalUnreadableException($"{path} cannot be opened: {e.Message} Mend its access rights, or read it as the user that the daemon runs as.", e);
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

    // Nothing left to read is readable too.
    private bool IsReadableAfter(long ordering)
    {
        using var command = Command("SELECT length(message) FROM journal WHERE ordering > $after ORDER BY ordering LIMIT 1", ordering);
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

    private static JournalEntry Entry(SqliteDataReader reader)
    {
        var manifest = reader.IsDBNull(4) ? "" : reader.GetString(4);
        var payload = reader.IsDBNull(5) ? [] : reader.GetFieldValue<byte[]>(5);
        IEvent? @event = null;
        string? problem = null;
        try
        {
            @event = (manifest == SlotDecidedReader.Manifest ? SlotDecidedReader.TryRead(payload) : null) ?? EventWire.Read(manifest, payload);
        }
        catch (EventUnreadableException e)
        {
            problem = e.Message;
        }
        return new JournalEntry(
            reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2),
            new DateTimeOffset(Math.Clamp(reader.GetInt64(3), 0, DateTime.MaxValue.Ticks), TimeSpan.Zero),
            manifest, payload.Length, @event, problem);
    }
}

public sealed class JournalUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
