using Microsoft.Win32.SafeHandles;

namespace LoadShaper.Daemon.Sampling;

/// <summary>Reads the kernel's files. The roots are arguments, so that a recorded machine can be read as well.</summary>
internal sealed class ProcFs(string proc = "/proc", string sys = "/sys", string hostProc = "/host/proc")
{
    private const int Largest = 4 * 1024 * 1024;

    private byte[] _buffer = new byte[16 * 1024];

    /// <summary>A file under /proc; empty when it cannot be read. Valid until the next read.</summary>
    public ReadOnlySpan<byte> Read(string path) => ReadFile(Path.Join(proc, path));

    /// <summary>A file of the host's /proc where it is mounted into the container, else of our own.</summary>
    public ReadOnlySpan<byte> ReadOfHost(string path) =>
        ReadFile(Path.Join(hostProc, path)) is { IsEmpty: false } ofHost ? ofHost : Read(path);

    /// <summary>A file under /sys.</summary>
    public ReadOnlySpan<byte> ReadSys(string path) => ReadFile(Path.Join(sys, path));

    public bool ExistsSys(string path) => Path.Exists(Path.Join(sys, path));

    private ReadOnlySpan<byte> ReadFile(string path)
    {
        // Most files that are missing are missing for good: asking first is cheaper than an exception each time.
        if (!File.Exists(path))
            return [];
        try
        {
            using var file = File.OpenHandle(path);
            return ReadAll(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // The kernel does not tell how long its files are.
    private ReadOnlySpan<byte> ReadAll(SafeFileHandle file)
    {
        for (var length = 0; ; )
        {
            var read = RandomAccess.Read(file, _buffer.AsSpan(length), length);
            length += read;
            if (read == 0 || length >= Largest)
                return _buffer.AsSpan(0, length);
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
    }
}
