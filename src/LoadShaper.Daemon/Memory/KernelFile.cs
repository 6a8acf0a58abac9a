using Microsoft.Win32.SafeHandles;

namespace LoadShaper.Daemon.Memory;

/// <summary>
/// A file of the kernel, kept open to be read several times a second. Read by the system call itself: after a quarter of
/// a second of sleep all code is cold, and what the library puts around the call costs more than the call.
/// </summary>
internal sealed unsafe class KernelFile(string path) : IDisposable
{
    private readonly byte[] _buffer = new byte[4096];
    private SafeFileHandle? _file;

    /// <summary>Its text, valid until the next read; empty where it cannot be read.</summary>
    internal ReadOnlySpan<byte> Read()
    {
        try
        {
            _file ??= File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        nint count;
        fixed (byte* buffer = _buffer)
            count = SystemCalls.ReadAt((int)_file.DangerousGetHandle(), buffer, _buffer.Length, 0);
        if (count >= 0)
            return _buffer.AsSpan(0, (int)count);
        Dispose();
        return [];
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }
}
