using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Cli.Doctor;

/// <summary>PERSISTENCE_DIR: there, writable, kept, roomy, ours alone, its databases sound.</summary>
internal static class StorageChecks
{
    private const long LeastFree = 200L * 1024 * 1024;

    public static CheckResult Writable(DataDirectory data) =>
        data.Validate() is { } problem
            ? CheckResult.Fail("data directory", problem, "LoadShaper does not start without it")
            : CheckResult.Pass("data directory", $"{data.Path} is writable");

    public static CheckResult Kept(string root, IReadOnlyDictionary<string, string> environment, string directory)
    {
        const string name = "data volume";
        var mend = DataVolume.Remedy(directory);
        if (DataVolume.Validate(root, directory) is { } lost)
            return CheckResult.Fail(name, lost, mend);
        var mount = DataVolume.MountOf(root, directory);
        // Some engines give the container's own files a disk's type; a machine can carry the signs of a container, too.
        return DataVolume.InContainer(root, environment) && mount?.Point == "/"
            ? CheckResult.Warn(name, $"{directory} is no mount of its own: inside a container it would be lost with it", mend)
            : CheckResult.Pass(name, mount is null ? "the kernel does not tell mounts" : $"{directory} is kept on {mount.Point} ({mount.Type})");
    }

    public static CheckResult Space(string directory)
    {
        DriveInfo drive;
        try
        {
            drive = new DriveInfo(directory);
            return Space(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return CheckResult.Warn("free space", $"cannot be told: {e.Message}", $"make sure that {directory} exists");
        }
    }

    public static CheckResult Space(long free, long total)
    {
        var share = total > 0 ? 100.0 * free / total : 0;
        var found = FormattableString.Invariant($"{free / 1024 / 1024} MiB free, {share:0} %");
        return free < LeastFree ? CheckResult.Fail("free space", found, "free at least 200 MiB: journal and samples take up to 100 MiB, and a full disk stops the record")
            : share < 20 ? CheckResult.Warn("free space", found, "keep a fifth of the disk free: when other work fills it, the record stops")
            : CheckResult.Pass("free space", found);
    }

    public static CheckResult Lock(string directory)
    {
        const string name = "instance lock";
        // Taking the lock would make the file; where there is none, nobody holds it.
        if (!File.Exists(Path.Combine(directory, InstanceLock.FileName)))
            return CheckResult.Pass(name, "free: no other LoadShaper uses the directory");
        try
        {
            using var held = InstanceLock.TryAcquire(directory);
            return held is null
                ? CheckResult.Warn(name, "held: a LoadShaper runs on this directory", "stop it before a second one is started there; nothing to do when it is the one you mean")
                : CheckResult.Pass(name, "free: no other LoadShaper uses the directory");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CheckResult.Fail(name, $"cannot be taken: {e.Message}", DataDirectory.Remedy(DataDirectory.EffectiveUser()));
        }
    }

    public static CheckResult Database(string name, string path)
    {
        if (!File.Exists(path))
            return CheckResult.Pass(name, $"{Path.GetFileName(path)} is not there yet; it is made at the first start");
        try
        {
            using var connection = SqliteFile.Open(path, SqliteOpenMode.ReadOnly);
            return SqliteFile.Scalar(connection, "PRAGMA quick_check(1)") is "ok"
                ? CheckResult.Pass(name, $"{Path.GetFileName(path)} is sound, {new FileInfo(path).Length / 1024} KiB")
                : Damaged(name, path, "it fails its integrity check");
        }
        catch (SqliteException e) when (SqliteFile.IsCorruption(e))
        {
            return Damaged(name, path, e.Message);
        }
        catch (SqliteException e)
        {
            return CheckResult.Warn(name, $"{Path.GetFileName(path)} cannot be checked: {e.Message}", "mend its access rights, or try again when it is not busy");
        }
    }

    private static CheckResult Damaged(string name, string path, string why) =>
        CheckResult.Fail(name, $"{Path.GetFileName(path)} is damaged: {why}", $"restore it from a backup; started as it is, LoadShaper moves it aside and begins anew");
}
