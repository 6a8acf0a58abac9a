using System.Globalization;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;

namespace LoadShaper.Daemon.Tests.Memory;

/// <summary>The kernel's files about memory, as a machine of 8 GiB would write them.</summary>
internal sealed class FakeMachine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loadshaper-memory-");

    internal FakeMachine()
    {
        Available(4000);
        Waited(TimeSpan.Zero);
    }

    internal string Pressure => Path.Combine(_folder.FullName, "pressure");

    private string MemInfo => Path.Combine(_folder.FullName, "meminfo");

    internal void Available(int mib, int? free = null) => Write(MemInfo, string.Create(
        CultureInfo.InvariantCulture,
        $"MemTotal: {8192 * 1024} kB\nMemFree: {(free ?? mib) * 1024} kB\nMemAvailable: {mib * 1024} kB\nBuffers: 0 kB\nCached: {(mib - (free ?? mib)) * 1024} kB\n"));

    internal void Unreadable() => Write(MemInfo, "nothing that could be understood\n");

    internal void Waited(TimeSpan total) => Write(Pressure, string.Create(
        CultureInfo.InvariantCulture,
        $"some avg10=0.00 avg60=0.00 avg300=0.00 total={(long)total.TotalMicroseconds}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"));

    internal MemoryWatch Watch(MemorySettings settings) =>
        new(settings, new MemInfoFile(MemInfo), new PressureFile(Pressure), CgroupMemoryFiles.Find("", ""));

    public void Dispose() => _folder.Delete(recursive: true);

    // In one write and in place: the holder keeps the file open. Padded, so that nothing older is left behind it.
    private static void Write(string path, string text)
    {
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, System.Text.Encoding.ASCII.GetBytes(text.PadRight(400, '\n')), 0);
    }
}
