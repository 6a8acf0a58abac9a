using LoadShaper.Domain.Lifecycle;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Journal;

/// <summary>
/// PERSISTENCE_DIR/journal.db as a file: made, checked, watched, moved aside when damaged, kept small. Written by the journal
/// plugin alone; the connection here holds the log open between the plugin's connections, and gives freed pages back.
/// May be used from any thread.
/// </summary>
/// <param name="guard">Why nothing may be written, or null; asked before each decision, so it never waits.</param>
public sealed class JournalFile(string path, Func<string?>? guard = null) : IDisposable
{
    // A step holds the write lock for a few milliseconds; the writer waits for it as long as for another writer.
    private const int PagesPerStep = 64;

    private readonly Lock _lock = new();
    private SqliteConnection? _connection;
    private bool _wasThere;

    /// <summary>Makes the file usable: created where there is none, a damaged one moved aside and a new one begun.</summary>
    /// <param name="damaged">SQLite called it malformed while it was in use.</param>
    /// <returns>What was lost, if anything was.</returns>
    /// <exception cref="SqliteException">It cannot be opened or written for another reason than its content.</exception>
    /// <exception cref="IOException">Likewise; the directory is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public JournalLoss? Prepare(DateTimeOffset now, bool damaged = false)
    {
        lock (_lock)
        {
            Close();
            if (guard?.Invoke() is { } forbidden)
                throw new IOException(forbidden);
            if (Path.GetDirectoryName(path) is { } directory && !Directory.Exists(directory))
                throw new DirectoryNotFoundException($"{directory} is gone. Mount the volume again; the journal then goes on by itself.");
            var loss = Begin(now, damaged);
            _connection = SqliteFile.Open(path);
            // Nobody else waits for this connection, and nothing here is in a hurry.
            _connection.DefaultTimeout = 1;
            SqliteFile.Execute(_connection, JournalTables.Create);
            _wasThere = true;
            return loss;
        }
    }

    /// <returns>Why nothing that is written now would last, or null. Never waits.</returns>
    public string? Problem()
    {
        if (guard?.Invoke() is { } forbidden)
            return forbidden;
        if (!_lock.TryEnter())
            return null;
        try
        {
            return _connection is { } connection && SqliteFile.HasMoved(connection)
                ? $"{path} is gone, or another file stands in its place. Mount the volume again; the journal then goes on by itself."
                : null;
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>
    /// The oldest states that were recorded before <paramref name="before"/>, oldest first: the first of the journal, and the
    /// first that is at least <paramref name="apart"/> younger.
    /// </summary>
    public IReadOnlyList<RecordedState> ReadRecordedStates(string persistenceId, DateTimeOffset before, TimeSpan apart)
    {
        // A day has a few thousand rows at most; a look at more than this would be long, and nothing is lost by looking again later.
        const string oldest =
            """
            SELECT sequence_number, created
            FROM (SELECT * FROM journal WHERE persistence_id = $id AND deleted = 0 ORDER BY sequence_number LIMIT 50000)
            WHERE manifest LIKE 'state-recorded.%' AND created < $before AND created >= $from
            LIMIT 1
            """;
        lock (_lock)
        {
            if (_connection is not { } connection)
                return [];
            if (ReadState(connection, oldest, persistenceId, before, DateTimeOffset.MinValue) is not { } first)
                return [];
            return ReadState(connection, oldest, persistenceId, before, first.Written + apart) is { } next ? [first, next] : [first];
        }
    }

    /// <summary>The newest snapshots by the number of their last event, oldest first.</summary>
    public IReadOnlyList<long> ReadSnapshots(string persistenceId, int most)
    {
        lock (_lock)
        {
            if (_connection is not { } connection)
                return [];
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT sequence_number FROM snapshot WHERE persistence_id = $id ORDER BY sequence_number DESC LIMIT $most";
            command.Parameters.AddWithValue("$id", persistenceId);
            command.Parameters.AddWithValue("$most", most);
            using var reader = command.ExecuteReader();
            var numbers = new List<long>();
            while (reader.Read())
                numbers.Insert(0, reader.GetInt64(0));
            return numbers;
        }
    }

    /// <summary>Gives a few freed pages back to the file system, and at last the log; to be called until it says that nothing is left.</summary>
    /// <returns>Whether there is more to give back.</returns>
    public bool Tidy()
    {
        lock (_lock)
        {
            if (_connection is not { } connection)
                return false;
            var before = Pages(connection);
            if (before > 0)
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"PRAGMA incremental_vacuum({PagesPerStep})";
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    // Each row is a page.
                }
            }
            if (Pages(connection) is > 0 and var after && after < before)
                return true;
            // What a long reader let the log grow to goes too; while a reader holds it, the next time.
            SqliteFile.Scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            return false;
        }
    }

    public void Dispose()
    {
        lock (_lock)
            Close();
    }

    private static long Pages(SqliteConnection connection) =>
        long.Parse(SqliteFile.Scalar(connection, "PRAGMA freelist_count") ?? "0", System.Globalization.CultureInfo.InvariantCulture);

    private static RecordedState? ReadState(SqliteConnection connection, string sql, string persistenceId, DateTimeOffset before, DateTimeOffset from)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$id", persistenceId);
        command.Parameters.AddWithValue("$before", before.UtcTicks);
        command.Parameters.AddWithValue("$from", from.UtcTicks);
        using var reader = command.ExecuteReader();
        return reader.Read() ? new RecordedState(reader.GetInt64(0), new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero)) : null;
    }

    private JournalLoss? Begin(DateTimeOffset now, bool damaged)
    {
        if (!File.Exists(path))
        {
            SqliteFile.Prepare(path);
            return _wasThere ? new JournalLoss($"{Path.GetFileName(path)} was gone", null, 0, null) : null;
        }
        var damage = damaged ? "SQLite found it malformed while it was in use" : SqliteFile.Prepare(path);
        if (damage is null)
            return null;
        var aside = SqliteFile.MoveAside(path, now);
        var (readable, last) = Salvage(aside);
        SqliteFile.Prepare(path);
        return new JournalLoss(damage, aside, readable, last);
    }

    // Counts by the time of writing alone: a year of events would take long to understand, and the machine waits.
    private static (long Readable, DateTimeOffset? Last) Salvage(string aside)
    {
        var (readable, last) = (0L, (DateTimeOffset?)null);
        try
        {
            using var connection = SqliteFile.Open(aside, SqliteOpenMode.ReadOnly);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT created, message FROM journal WHERE deleted = 0 ORDER BY ordering";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                readable++;
                last = new DateTimeOffset(Math.Clamp(reader.GetInt64(0), 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);
            }
        }
        catch (SqliteException)
        {
            // What was counted until here is what can be read.
        }
        return (readable, last);
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
