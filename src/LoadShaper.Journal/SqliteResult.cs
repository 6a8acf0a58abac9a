using Microsoft.Data.Sqlite;

namespace LoadShaper.Journal;

/// <summary>The SQLite result codes that LoadShaper distinguishes; names and values of https://sqlite.org/rescode.html.</summary>
public static class SqliteResult
{
    /// <summary>SQLITE_ERROR: the statement does not fit the schema, or the file format is unknown.</summary>
    public const int Error = 1;

    /// <summary>SQLITE_READONLY.</summary>
    public const int ReadOnly = 8;

    /// <summary>SQLITE_IOERR: a system call failed.</summary>
    public const int IoError = 10;

    /// <summary>SQLITE_CORRUPT.</summary>
    public const int Corrupt = 11;

    /// <summary>SQLITE_FULL: no space left on the device.</summary>
    public const int Full = 13;

    /// <summary>SQLITE_CANTOPEN.</summary>
    public const int CannotOpen = 14;

    /// <summary>SQLITE_CONSTRAINT.</summary>
    public const int Constraint = 19;

    /// <summary>SQLITE_NOTADB.</summary>
    public const int NotADatabase = 26;

    // Extended codes: the shared memory that WAL mode needs cannot be used. SQLITE_IOERR_SHMSIZE is not among them: it is what
    // a full disk causes.
    private const int IoErrorShmOpen = IoError | (18 << 8);
    private const int IoErrorShmLock = IoError | (20 << 8);
    private const int IoErrorShmMap = IoError | (21 << 8);

    /// <summary>Whether the content of the file is damaged, or is no database.</summary>
    public static bool IsCorruption(SqliteException e) => e.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>Whether <paramref name="e"/> or one of its causes reports damaged content.</summary>
    public static bool IsCorruption(Exception e) => e switch
    {
        SqliteException sqlite => IsCorruption(sqlite),
        AggregateException many => many.InnerExceptions.Any(IsCorruption),
        { InnerException: { } cause } => IsCorruption(cause),
        _ => false,
    };

    /// <summary>
    /// Whether the file system lacks the shared memory maps that WAL mode needs (sshfs, NFS, SMB, some FUSE and 9p mounts).
    /// </summary>
    public static bool IsWithoutSharedMemory(SqliteException e) =>
        e.SqliteExtendedErrorCode is IoErrorShmOpen or IoErrorShmLock or IoErrorShmMap;

    /// <summary>Whether only an immutable open can read the file: a read-only volume, or one without shared memory.</summary>
    public static bool NeedsImmutable(SqliteException e) => e.SqliteErrorCode is CannotOpen or ReadOnly || IsWithoutSharedMemory(e);
}
