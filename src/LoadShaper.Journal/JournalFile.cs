using System.Globalization;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Units;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Journal;

/// <summary>
/// PERSISTENCE_DIR/journal.db as a file: created, checked, watched, moved aside when damaged, kept small. Only the journal
/// plugin writes events; the connection here keeps the log open between the plugin's connections and gives freed pages back.
/// Safe to use from any thread.
/// </summary>
/// <param name="guard">Why nothing may be written, or null; asked before each decision, so it never waits.</param>
/// <param name="onNotice">Receives findings that lose no event but that an operator should see.</param>
public sealed class JournalFile(string path, Func<string?>? guard = null, Action<string>? onNotice = null) : IDisposable
{
    // A step holds the write lock for a few milliseconds; the writer waits for it as long as for another writer.
    private const int PagesPerStep = 64;

    private readonly Lock _lock = new();
    private SqliteConnection? _connection;
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private bool _wasThere;

    /// <summary>Makes the file usable: creates it when it is missing; moves a damaged one aside and creates a new one.</summary>
    /// <param name="damaged">SQLite reported the file as malformed while it was in use.</param>
    /// <returns>What was lost, if anything was: once a process, and again in the next one while the new journal holds no event.</returns>
    /// <exception cref="SqliteException">It cannot be opened or written for another reason than its content.</exception>
    /// <exception cref="IOException">The same; the directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public JournalLoss? Prepare(DateTimeOffset now, bool damaged = false)
    {
        lock (_lock)
        {
            Close();
            if (guard?.Invoke() is { } forbidden)
                throw new IOException(forbidden);
            if (Path.GetDirectoryName(path) is { } directory && !Directory.Exists(directory))
                throw new DirectoryNotFoundException($"{directory} does not exist. Mount the volume again; the journal then resumes by itself.");
            var missing = _wasThere && !File.Exists(path) ? $"{Path.GetFileName(path)} was gone" : null;
            var damage = damaged ? "SQLite found it malformed while it was in use" : OpenSound(now);
            if (damage is not null)
            {
                Close();
                SqliteFile.MoveAside(path, now);
                // What is lost is counted only after this: an error there must not leave the daemon without a journal.
                if (OpenSound(now) is { } again)
                    throw new IOException($"{path}: a new journal is damaged as well: {again}");
            }
            _wasThere = true;
            if (missing is not null && damage is null)
                return new JournalLoss(missing, null, 0, null);
            return IsEmpty() ? FindLoss(damage) : null;
        }
    }

    /// <returns>Why an event that is written now would be lost, or null. Never waits.</returns>
    public string? Problem()
    {
        if (guard?.Invoke() is { } forbidden)
            return forbidden;
        if (!_lock.TryEnter())
            return null;
        try
        {
            return _connection is { } connection && SqliteFile.HasMoved(connection)
                ? $"{path} is gone, or another file is in its place. Mount the volume again; the journal then resumes by itself."
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
        // A day has a few thousand rows at most. Reading more than this in one step would take long, and the next step continues.
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
            {
                if (reader.TryGetInteger(0, out var number))
                    numbers.Insert(0, number);
            }
            return numbers;
        }
    }

    /// <summary>The space that the stored rows take, freed pages excluded; zero while the journal is not open.</summary>
    public ByteSize ReadUsedSpace()
    {
        lock (_lock)
        {
            return _connection is { } connection
                ? ByteSize.FromBytes((Number(connection, "PRAGMA page_count") - FreePages(connection)) * Number(connection, "PRAGMA page_size"))
                : ByteSize.Zero;
        }
    }

    /// <summary>Gives a few freed pages back to the file system, and finally the log; call it until it returns false.</summary>
    /// <returns>Whether there is more to give back.</returns>
    public bool Tidy()
    {
        lock (_lock)
        {
            if (_connection is not { } connection)
                return false;
            var before = FreePages(connection);
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
            if (FreePages(connection) is > 0 and var after && after < before)
                return true;
            // A long read lets the log grow. It is cut here; while a reader still holds it, the next call does it.
            SqliteFile.Scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            return false;
        }
    }

    public void Dispose()
    {
        lock (_lock)
            Close();
    }

    private static long FreePages(SqliteConnection connection) => Number(connection, "PRAGMA freelist_count");

    private static long Number(SqliteConnection connection, string sql) =>
        long.Parse(SqliteFile.Scalar(connection, sql) ?? "0", CultureInfo.InvariantCulture);

    private static RecordedState? ReadState(SqliteConnection connection, string sql, string persistenceId, DateTimeOffset before, DateTimeOffset from)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$id", persistenceId);
        command.Parameters.AddWithValue("$before", before.UtcTicks);
        command.Parameters.AddWithValue("$from", from.UtcTicks);
        using var reader = command.ExecuteReader();
        return reader.Read() && reader.TryGetInteger(0, out var number) && reader.TryGetInteger(1, out var ticks)
            ? new RecordedState(number, TimeOf(ticks))
            : null;
    }

    private static DateTimeOffset TimeOf(long ticks) => new(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);

    /// <returns>What is damaged, with nothing left open; null when the journal is open.</returns>
    private string? OpenSound(DateTimeOffset now)
    {
        if (SqliteFile.Prepare(path) is { } problem)
            return problem;
        try
        {
            var connection = _connection = SqliteFile.Open(path);
            // No other statement waits for this connection, and nothing here is urgent.
            connection.DefaultTimeout = 1;
            if ((JournalCheck.FindUnknownTable(connection) ?? CreateTables(connection) ?? JournalCheck.FindDamage(connection)) is { } damage)
            {
                Close();
                return damage;
            }
            if (JournalCheck.FindSnapshotDamage(connection) is { } unusable)
                onNotice?.Invoke($"Snapshots not used ({unusable}); kept in table {JournalCheck.MoveSnapshotsAside(connection, now)}, the events are read instead");
            return null;
        }
        catch (SqliteException e) when (SqliteFile.IsDamage(e))
        {
            Close();
            return e.Message;
        }
        catch
        {
            Close();
            throw;
        }
    }

    private static string? CreateTables(SqliteConnection connection)
    {
        SqliteFile.Execute(connection, $"BEGIN IMMEDIATE; {JournalTables.Create} COMMIT");
        return null;
    }

    private bool IsEmpty() => SqliteFile.Scalar(_connection!, "SELECT count(*) FROM (SELECT 1 FROM journal LIMIT 1)") == "0";

    // An empty journal beside a file that was moved aside: its loss is not recorded yet. The loss is in the first transaction of
    // a new journal, so a daemon that ends before that finds it here at its next start.
    private JournalLoss? FindLoss(string? damage)
    {
        JournalLoss? newest = null;
        foreach (var aside in SqliteFile.FindAside(path))
        {
            if (!_reported.Add(aside))
                continue;
            var (readable, last) = Salvage(aside);
            newest ??= new JournalLoss(damage ?? "an earlier journal was damaged", aside, readable, last);
            // One that was moved aside before anything was written to it does not hide the one before.
            if (newest.Readable == 0 && readable > 0)
                newest = newest with { Aside = aside, Readable = readable, Last = last };
        }
        return newest;
    }

    // Counts rows and reads no event: decoding a year of events would take long, and the VM is unprotected meanwhile.
    private static (long Readable, DateTimeOffset? Last) Salvage(string aside)
    {
        var (readable, last) = (0L, (DateTimeOffset?)null);
        try
        {
            using var connection = SqliteFile.Open(aside, SqliteOpenMode.ReadOnly);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT created, message FROM journal WHERE deleted = 0 AND typeof(created) = 'integer' ORDER BY ordering";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                readable++;
                if (reader.TryGetInteger(0, out var ticks))
                    last = TimeOf(ticks);
            }
        }
        catch (SqliteException)
        {
            // The rows up to here can be read.
        }
        return (readable, last);
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
