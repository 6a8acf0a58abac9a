using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Daemon.Hosting;

/// <summary>What to do about a database that cannot be used, by its cause.</summary>
internal static class DatabaseAdvice
{
    // https://sqlite.org/rescode.html
    private const int Perm = 3;
    private const int Busy = 5;
    private const int Protocol = 15;

    // SQLITE_IOERR_RDLOCK, _UNLOCK and _LOCK.
    private static readonly int[] Locking = [SqliteResult.IoError | (8 << 8), SqliteResult.IoError | (9 << 8), SqliteResult.IoError | (15 << 8)];

    /// <summary>Whether the file system cannot carry a database in WAL mode: no shared memory between processes, or no locks.</summary>
    public static bool IsWithoutWal(Exception e) =>
        e is NoWalException || (e is SqliteException sqlite
            && (SqliteResult.IsWithoutSharedMemory(sqlite) || Locking.Contains(sqlite.SqliteExtendedErrorCode) || sqlite.SqliteErrorCode == Protocol));

    /// <summary>What failed, in one sentence.</summary>
    public static string Found(string path, Exception e) => IsWithoutWal(e)
        ? $"the file system of {path} does not support SQLite's WAL mode (shared memory and locks): {e.Message}"
        : $"{path} cannot be used: {e.Message}";

    /// <summary>What to do about it.</summary>
    public static string Fix(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => "it is a directory. Remove it: a container engine creates one when a bind mount names a file that does not exist. Mount the directory instead",
        _ when IsWithoutWal(e) => "set PERSISTENCE_DIR to a directory on a local disk (ext4, xfs); network and FUSE file systems (sshfs, NFS, SMB, 9p) often lack WAL support",
        SqliteException { SqliteErrorCode: SqliteResult.Full } => "free some disk space",
        SqliteException { SqliteErrorCode: SqliteResult.IoError } => "free some disk space, or check the disk (`df`, `dmesg`)",
        SqliteException { SqliteErrorCode: Busy } => "another program uses the file; stop it",
        SqliteException { SqliteErrorCode: Perm or SqliteResult.ReadOnly or SqliteResult.CannotOpen } or UnauthorizedAccessException =>
            $"fix its owner and permissions (chown -R {ProcessUser.Id} for this user; 1000:1000 for the container), also of the -wal and -shm files beside it",
        _ => "fix its owner and permissions, or move it away",
    };
}

/// <summary>The file system refused WAL mode without an error of its own.</summary>
internal sealed class NoWalException(string mode) : IOException($"WAL mode was refused; the file system offers '{mode}'");
