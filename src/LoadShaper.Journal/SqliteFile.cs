using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Journal;

/// <summary>
/// A SQLite file of the daemon as a file: opened in WAL mode, checked, moved aside when it cannot be used. Never deletes data.
/// </summary>
public static class SqliteFile
{
    /// <summary>Not a database, or a malformed one.</summary>
    public static bool IsCorruption(SqliteException e) => SqliteResult.IsCorruption(e);

    /// <summary>Whether <paramref name="e"/> or one of its causes reports damaged content.</summary>
    public static bool IsCorruption(Exception e) => SqliteResult.IsCorruption(e);

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

    /// <summary>Opens a file that others may be writing to, also on a read-only volume or one without shared memory.</summary>
    public static SqliteConnection OpenForReading(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadOnly);
        try
        {
            Scalar(connection, "SELECT count(*) FROM sqlite_master");
            return connection;
        }
        catch (SqliteException e) when (SqliteResult.NeedsImmutable(e))
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

    /// <summary>The file as an immutable one, which is read without its -wal and -shm companions.</summary>
    public static string Immutable(string path) =>
        $"file:{Uri.EscapeDataString(Path.GetFullPath(path)).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1";

    /// <summary>
    /// Creates the file when it is missing, checks it and sets WAL mode, which the file keeps: readers never wait for the
    /// writer, and one event costs one fsync of the log. Log content that a kill left is moved into the file.
    /// </summary>
    /// <returns>Null when the file is sound, else what is wrong with it.</returns>
    /// <exception cref="SqliteException">The file cannot be opened or written for another reason than its content.</exception>
    /// <exception cref="IOException">The file system does not support WAL mode.</exception>
    public static string? Prepare(string path)
    {
        try
        {
            using var connection = Open(path);
            if (Scalar(connection, "PRAGMA quick_check(1)") is not "ok" and var problem)
                return problem;
            // Freed pages can be given back in small steps; takes effect only before the first table is created.
            Execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
            // `synchronous` stays at SQLite's FULL: in WAL mode it is one fsync a commit, about one a minute here, and an
            // acknowledged event survives a power cut. NORMAL syncs at checkpoints only and could lose the last decisions,
            // which load was already generated for. The journal plugin sets no pragma, so its connections have FULL too.
            var mode = Scalar(connection, "PRAGMA journal_mode = WAL");
            if (mode == "wal")
                Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            return mode == "wal" ? null
                : FormatProblem(path) ?? throw new IOException($"{path}: the file system does not support WAL mode (got '{mode}').");
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            return e.Message;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteResult.ReadOnly && FormatProblem(path) is { } problem)
        {
            return problem;
        }
    }

    /// <summary>
    /// Whether the content of the file caused <paramref name="e"/>. The statements used on our files are fixed, so an error
    /// in one of them (SQLITE_ERROR) means that the schema or the format of the file is not what it was.
    /// </summary>
    public static bool IsDamage(SqliteException e) => IsCorruption(e) || e.SqliteErrorCode == SqliteResult.Error;

    /// <summary>Renames the file and its -wal and -shm companions, with the time in the name.</summary>
    /// <returns>Where the file is now.</returns>
    public static string MoveAside(string path, DateTimeOffset at)
    {
        var aside = string.Create(CultureInfo.InvariantCulture, $"{path}.corrupt-{at.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        for (var n = 1; File.Exists(aside); n++)
            aside = string.Create(CultureInfo.InvariantCulture, $"{path}.corrupt-{at.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{n}");
        File.Move(path, aside);
        foreach (var suffix in CompanionSuffixes)
        {
            if (File.Exists(path + suffix))
                File.Move(path + suffix, aside + suffix);
        }
        return aside;
    }

    /// <summary>The files that <see cref="MoveAside"/> kept of <paramref name="path"/>, newest first.</summary>
    public static IReadOnlyList<string> FindAside(string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory && Directory.Exists(directory)
            ? [.. Directory.GetFiles(directory, Path.GetFileName(path) + ".corrupt-*")
                .Where(file => !CompanionSuffixes.Any(suffix => file.EndsWith(suffix, StringComparison.Ordinal)))
                .OrderDescending(StringComparer.Ordinal)]
            : [];

    /// <summary>
    /// Whether the open file is no longer the one at its path: removed, replaced, or its directory unmounted. Data written
    /// then is lost with the last connection, and SQLite does not report it.
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

    private static readonly string[] CompanionSuffixes = ["-wal", "-shm"];

    // SQLite opens a file with a later write version as a read-only one, which looks like missing permissions. Called only when
    // SQLite could not use the file: closing any handle of a file drops the locks that this process holds on it.
    private static string? FormatProblem(string path)
    {
        const int writeVersion = 18; // https://sqlite.org/fileformat2.html#the_database_header
        if (!File.Exists(path))
            return null;
        Span<byte> header = stackalloc byte[writeVersion + 2];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            return null;
        return header[..16].SequenceEqual("SQLite format 3\0"u8) && (header[writeVersion] is not (1 or 2) || header[writeVersion + 1] is not (1 or 2))
            ? $"the file header has format versions {header[writeVersion]} and {header[writeVersion + 1]}, expected 1 or 2"
            : null;
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FileControl(IntPtr connection, IntPtr database, int operation, out int answer);
}
