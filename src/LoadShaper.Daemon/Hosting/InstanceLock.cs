namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// One daemon a data directory. The lock is the kernel's (flock on an open file), so a killed daemon leaves none behind.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    public const string FileName = "loadshaper.lock";

    private readonly FileStream _file;

    private InstanceLock(FileStream file) => _file = file;

    /// <returns>The lock, or null while another process holds it.</returns>
    /// <exception cref="IOException">The file cannot be made for another reason.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory is not writable.</exception>
    public static InstanceLock? TryAcquire(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            return new InstanceLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    // The file stays: removing it would let two daemons hold locks on two files of the same name.
    public void Dispose() => _file.Dispose();

    // .NET reports EWOULDBLOCK of flock as the raw errno.
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35;
}
