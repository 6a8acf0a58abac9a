using System.Runtime.InteropServices;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Tests.Memory;
using Xunit;

namespace LoadShaper.Daemon.Tests.Hosting;

[Collection(RealMemory.Name)]
public sealed unsafe class OwnMemoryTests
{
    private const int Block = 64 * 1024;
    private const int Blocks = 512;

    [Fact]
    public void What_native_code_has_freed_goes_back_to_the_machine()
    {
        // Small enough for the heap of the C library; the last block keeps it from shrinking by itself.
        var blocks = new nint[Blocks];
        for (var i = 0; i < Blocks; i++)
        {
            blocks[i] = (nint)NativeMemory.Alloc(Block);
            new Span<byte>((void*)blocks[i], Block).Fill(1);
        }
        for (var i = 0; i < Blocks - 1; i++)
            NativeMemory.Free((void*)blocks[i]);
        var freed = Anonymous();

        OwnMemory.GiveBack();

        Assert.InRange(freed - Anonymous(), Blocks * Block / 1024 / 2, long.MaxValue);
        NativeMemory.Free((void*)blocks[^1]);
    }

    /// <summary>KiB.</summary>
    private static long Anonymous() => long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        System.Globalization.CultureInfo.InvariantCulture);
}
