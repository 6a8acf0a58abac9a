using Microsoft.Win32.SafeHandles;

namespace LoadShaper.Daemon.Sampling;

/// <summary>
/// Reads the kernel's files, and keeps them open: they are read for as long as the daemon lives, and finding one costs more
/// than reading it. The roots are arguments, so that a recorded machine can be read as well.
/// </summary>
internal sealed class ProcFs(string proc = "/proc", string sys = "/sys", string hostProc = "/host/proc")
{
    private const int Largest = 4 * 1024 * 1024;

    private readonly Dictionary<string, SafeFileHandle> _open = [];
    private byte[] _buffer = new byte[16 * 1024];

    /// <summary>A file under /proc; empty when it cannot be read. Valid until the next read.</summary>
    public ReadOnlySpan<byte> Read(string path) => ReadFile(Path.Join(proc, path));

    /// <summary>A file of the host's /proc where it is mounted into the container, else of our own.</summary>
    public ReadOnlySpan<byte> ReadOfHost(string path) =>
        ReadFile(Path.Join(hostProc, path)) is { IsEmpty: false } ofHost ? ofHost : Read(path);

    /// <summary>A file under /sys.</summary>
    public ReadOnlySpan<byte> ReadSys(string path) => ReadFile(Path.Join(sys, path));

    /// <summary>Closes a file under /proc that will not be read again.</summary>
    public void Forget(string path) => Close(Path.Join(proc, path));

    public bool ExistsSys(string path) => Path.Exists(Path.Join(sys, path));

    private ReadOnlySpan<byte> ReadFile(string path)
    {
        // What an open file belongs to may be gone and back since: an interface, a mount.
        if (_open.TryGetValue(path, out var kept))
        {
            if (TryRead(kept) is var length and >= 0)
                return _buffer.AsSpan(0, length);
            Close(path);
        }

        // Most files that are missing are missing for good: asking first is cheaper than an exception each time.
        if (!File.Exists(path))
            return [];
        try
        {
            _open[path] = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        if (TryRead(_open[path]) is var read and >= 0)
            return _buffer.AsSpan(0, read);

        // One that opens and cannot be read, as the speed of an interface that is down, is not tried twice each time.
        Close(path);
        return [];
    }

    private void Close(string path)
    {
        if (_open.Remove(path, out var file))
            file.Dispose();
    }

    /// <summary>The length; negative where it cannot be read.</summary>
    private int TryRead(SafeFileHandle file)
    {
        try
        {
            return ReadAll(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }

    // The kernel does not report the length of these files.
    private int ReadAll(SafeFileHandle file)
    {
        for (var length = 0; ;)
        {
            var read = RandomAccess.Read(file, _buffer.AsSpan(length), length);
            length += read;
            if (read == 0 || length >= Largest)
                return length;
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
    }
}
