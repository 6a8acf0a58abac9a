using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Daemon.Hosting;

/// <summary>Tries a database in WAL mode in a directory, and removes it again.</summary>
internal static class WalProbe
{
    /// <returns>Why it does not work; null when it does.</returns>
    public static Exception? Refusal(string directory)
    {
        var path = Path.Combine(directory, $".wal-test-{Environment.ProcessId}.db");
        try
        {
            using var connection = SqliteFile.Open(path);
            if (SqliteFile.Scalar(connection, "PRAGMA journal_mode = WAL") is var mode && mode != "wal")
                return new NoWalException(mode ?? "none");
            SqliteFile.Execute(connection, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
            return null;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            return e;
        }
        finally
        {
            foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
                Remove(path + suffix);
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The directory does not allow it; that is a finding of its own.
        }
    }
}
