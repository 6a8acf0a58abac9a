using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;

namespace LoadShaper.Cli.Doctor;

/// <summary>PERSISTENCE_DIR: exists, is writable, is kept, has space and WAL support, and is used by one instance.</summary>
internal static class StorageChecks
{
    private const long LeastFree = 200L * 1024 * 1024;

    public static CheckResult Writable(DataDirectory data) =>
        data.Validate() is { } problem
            ? CheckResult.Fail("data directory", problem.Found, problem.Fix)
            : CheckResult.Pass("data directory", $"{data.Path} is writable");

    public static CheckResult Kept(string root, IReadOnlyDictionary<string, string> environment, string directory)
    {
        const string name = "data volume";
        var fix = DataVolume.Remedy(directory);
        if (DataVolume.Validate(root, directory) is { } lost)
            return CheckResult.Fail(name, lost, fix);
        var mount = DataVolume.MountOf(root, directory);
        // Some engines give the container's own files a disk's type.
        return DataVolume.InContainer(root, environment) && mount?.Point == "/"
            ? CheckResult.Warn(name, $"{directory} is not a mount of its own: in a container it is lost with the container", fix)
            : CheckResult.Pass(name, mount is null ? "/proc/self/mountinfo does not show the mount" : $"{directory} is kept on {mount.Point} ({mount.Type})");
    }

    public static CheckResult Space(string directory)
    {
        try
        {
            var drive = new DriveInfo(directory);
            return Space(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return CheckResult.Warn("free space", $"unknown: {e.Message}", $"make sure that {directory} exists");
        }
    }

    public static CheckResult Space(long free, long total)
    {
        var share = total > 0 ? 100.0 * free / total : 0;
        var found = FormattableString.Invariant($"{free / 1024 / 1024} MiB free, {share:0} %");
        return free < LeastFree ? CheckResult.Fail("free space", found, "free at least 200 MiB: journal and samples use up to 100 MiB, and a full disk stops the recording")
            : share < 20 ? CheckResult.Warn("free space", found, "keep 20 % of the disk free: a full disk stops the recording")
            : CheckResult.Pass("free space", found);
    }

    /// <param name="directory">Writable.</param>
    /// <param name="probe"><see cref="WalProbe.Refusal"/>; tests replace it.</param>
    public static CheckResult Wal(string directory, Func<string, Exception?> probe)
    {
        const string name = "data file system";
        return probe(directory) switch
        {
            null => CheckResult.Pass(name, "supports SQLite's WAL mode (tried)"),
            var refused => CheckResult.Fail(name, DatabaseAdvice.Found(directory, refused), DatabaseAdvice.Fix(Path.Combine(directory, "journal.db"), refused)),
        };
    }

    public static CheckResult Lock(string directory)
    {
        const string name = "instance lock";
        var path = Path.Combine(directory, InstanceLock.FileName);
        if (Directory.Exists(path))
            return CheckResult.Fail(name, $"{path} is a directory", $"remove it (rmdir {path})");
        // Taking the lock would create the file; without the file the lock is free.
        if (!File.Exists(path))
            return CheckResult.Pass(name, "free: no other LoadShaper uses the directory");
        try
        {
            using var held = InstanceLock.TryAcquire(directory);
            return held is null
                ? CheckResult.Warn(name, "held: a LoadShaper runs on this directory", "none if this is the instance that should run; else stop it before starting another")
                : CheckResult.Pass(name, "free: no other LoadShaper uses the directory");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CheckResult.Fail(name, $"cannot be taken: {e.Message}", DataDirectory.OwnerFix(directory));
        }
    }
}
