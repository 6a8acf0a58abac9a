using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Proc;

namespace LoadShaper.Daemon.Memory;

/// <summary>/proc/meminfo for the holder.</summary>
internal sealed class MemInfoFile(string path) : IDisposable
{
    private readonly KernelFile _file = new(path);

    /// <summary>Null where it cannot be read or understood.</summary>
    internal MemoryReading? Read() => ProcMeminfo.Parse(_file.Read());

    public void Dispose() => _file.Dispose();
}
