using Microsoft.Win32.SafeHandles;

namespace LoadShaper.Daemon.Memory;

/// <summary>A file of the kernel, kept open to be read several times a second at little cost.</summary>
internal sealed class KernelFile(string path) : IDisposable
{
    private readonly byte[] _buffer = new byte[4096];
    private SafeFileHandle? _file;

    /// <summary>Its text, valid until the next read; empty where it cannot be read.</summary>
    internal ReadOnlySpan<byte> Read()
    {
        try
        {
            _file ??= File.OpenHandle(path);
            return _buffer.AsSpan(0, RandomAccess.Read(_file, _buffer, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            return [];
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }
}
