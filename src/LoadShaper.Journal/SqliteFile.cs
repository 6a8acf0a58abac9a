using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Journal;

/// <summary>
/// A SQLite file of ours as a file: opened in WAL mode, checked, moved aside when it cannot be used.
/// Nothing here ever deletes data.
/// </summary>
public static class SqliteFile
{
    /// <summary>Not a database, or a malformed one: SQLITE_CORRUPT and SQLITE_NOTADB.</summary>
    public static bool IsCorruption(SqliteException e) => e.SqliteErrorCode is 11 or 26;

    /// <summary>The same wherever in the chain of causes it stands.</summary>
    public static bool IsCorruption(Exception e) => e switch
    {
        SqliteException sqlite => IsCorruption(sqlite),
        AggregateException many => many.InnerExceptions.Any(IsCorruption),
        { InnerException: { } cause } => IsCorruption(cause),
        _ => false,
    };

    public static string ConnectionString(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            // One connection lives as long as the daemon; a pool would only hold a second one open.
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString();

    public static SqliteConnection Open(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate)
    {
        var connection = new SqliteConnection(ConnectionString(path, mode));
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file that others may be writing to; also one on a volume where nobody can.</summary>
    public static SqliteConnection OpenForReading(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadOnly);
        try
        {
            Scalar(connection, "SELECT count(*) FROM sqlite_master");
            return connection;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 14 or 8)
        {
            connection.Dispose();
            return Open(Immutable(path), SqliteOpenMode.ReadOnly);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The file as one that nobody changes, which needs no companions.</summary>
    public static string Immutable(string path) =>
        $"file:{Uri.EscapeDataString(Path.GetFullPath(path)).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1";

    /// <summary>
    /// Creates the file where there is none, checks it and puts it into WAL mode, which the file remembers:
    /// readers never wait for the writer, and one event costs one fsync of the log. What a kill left in the log is brought home.
    /// </summary>
    /// <returns>Null when the file is sound, else what is wrong with it.</returns>
    /// <exception cref="SqliteException">The file cannot be opened or written for another reason than its content.</exception>
    public static string? Prepare(string path)
    {
        try
        {
            using var connection = Open(path);
            if (Scalar(connection, "PRAGMA quick_check(1)") is not "ok" and var problem)
                return problem;
            // Freed pages can be given back in small steps; heeded only before the first table is made.
            Execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
            // `synchronous` is left at SQLite's FULL: in WAL mode it is one fsync a commit, about one a minute here, and what
            // was acknowledged survives a power cut. NORMAL syncs at checkpoints only and could lose the last decisions, which
            // load was already burnt for. The journal plugin sets no pragma, so its connections have FULL too.
            var mode = Scalar(connection, "PRAGMA journal_mode = WAL");
            if (mode == "wal")
                Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            return mode == "wal" ? null : throw new IOException($"{path}: the file system offers no WAL mode (got '{mode}').");
        }
        catch (SqliteException e) when (IsCorruption(e))
        {
            return e.Message;
        }
    }

    /// <summary>Renames the file and its -wal and -shm companions, with the time in the name.</summary>
    /// <returns>Where the file is now.</returns>
    public static string MoveAside(string path, DateTimeOffset at)
    {
        var aside = string.Create(CultureInfo.InvariantCulture, $"{path}.corrupt-{at.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        for (var n = 1; File.Exists(aside); n++)
            aside = string.Create(CultureInfo.InvariantCulture, $"{path}.corrupt-{at.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{n}");
        File.Move(path, aside);
        foreach (var suffix in new[] { "-wal", "-shm" })
        {
            if (File.Exists(path + suffix))
                File.Move(path + suffix, aside + suffix);
        }
        return aside;
    }

    /// <summary>
    /// Whether the open file is no longer the one at its path: removed, replaced, or its directory unmounted. What is written
    /// then is lost with the last connection, and SQLite itself does not mind.
    /// </summary>
    public static bool HasMoved(SqliteConnection connection)
    {
        const int hasMoved = 20; // SQLITE_FCNTL_HAS_MOVED
        return FileControl(connection.Handle!.DangerousGetHandle(), IntPtr.Zero, hasMoved, out var moved) == 0 && moved != 0;
    }

    public static string? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FileControl(IntPtr connection, IntPtr database, int operation, out int answer);
}
