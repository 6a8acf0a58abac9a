using LoadShaper.Daemon.Hosting;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Cli.Doctor;

/// <summary>journal.db and metrics.db: files that can be opened, written and read.</summary>
internal static class DatabaseChecks
{
    public static CheckResult Database(string name, string path)
    {
        var file = Path.GetFileName(path);
        foreach (var part in new[] { path, path + "-wal", path + "-shm" })
            if (Unusable(part) is { } problem)
                return CheckResult.Fail(name, problem.Found, problem.Fix);
        if (!File.Exists(path))
            return CheckResult.Pass(name, $"{file} does not exist yet; it is created at the first start");
        try
        {
            using var connection = SqliteFile.Open(path, SqliteOpenMode.ReadOnly);
            return SqliteFile.Scalar(connection, "PRAGMA quick_check(1)") is "ok"
                ? CheckResult.Pass(name, $"{file} is sound, {new FileInfo(path).Length / 1024} KiB")
                : Damaged(name, file, "it fails its integrity check");
        }
        catch (SqliteException e) when (SqliteFile.IsCorruption(e))
        {
            return Damaged(name, file, e.Message);
        }
        catch (SqliteException e) when (DatabaseAdvice.IsWithoutWal(e))
        {
            return CheckResult.Fail(name, DatabaseAdvice.Found(path, e), DatabaseAdvice.Fix(path, e));
        }
        catch (SqliteException e)
        {
            return CheckResult.Warn(name, $"{file} cannot be checked: {e.Message}", DatabaseAdvice.Fix(path, e));
        }
    }

    private static DirectoryProblem? Unusable(string path)
    {
        var file = Path.GetFileName(path);
        if (Directory.Exists(path))
            return new($"{file} is a directory", $"remove it (rmdir {path}): a container engine creates one when a bind mount names a file that does not exist. Mount the directory instead");
        try
        {
            // A link to nothing exists as a file of its own.
            if (new FileInfo(path) is { LinkTarget: { } target } link && link.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true })
                return new($"{file} is a symbolic link to {target}, which does not exist", $"remove {path}, or create its target");
            if (!File.Exists(path))
                return null;
            // FileShare.ReadWrite takes no lock.
            using var _ = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new($"{file} cannot be written as user {ProcessUser.Name}: {e.Message.TrimEnd('.')}", DatabaseAdvice.Fix(path, e is UnauthorizedAccessException ? e : new UnauthorizedAccessException()));
        }
    }

    private static CheckResult Damaged(string name, string file, string why) =>
        CheckResult.Fail(name, $"{file} is damaged: {why}", "restore it from a backup; if it is started as it is, LoadShaper moves it aside and starts a new one");
}
