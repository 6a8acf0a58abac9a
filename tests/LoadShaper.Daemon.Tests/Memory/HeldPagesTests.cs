using System.IO.Compression;
using System.Runtime.InteropServices;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

[Collection(RealMemory.Name)]
public sealed unsafe partial class HeldPagesTests
{
    private const int Chunk = 2 * 1024 * 1024;
    private const int DontNeed = 4;

    public static TheoryData<bool> Sizes => [true, false];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void What_is_held_counts_as_anonymous_memory_of_the_process_and_is_gone_when_given_back(bool huge)
    {
        using var pages = new HeldPages(ByteSize.FromMiB(16), huge);
        var before = Anonymous();

        Take(pages, 64);
        Assert.Equal(ByteSize.FromMiB(64), pages.Held);
        Assert.InRange(Anonymous() - before, 60L * 1024, 80L * 1024);

        pages.Shrink(ByteSize.FromMiB(63));
        Assert.Equal(ByteSize.Zero, pages.Held);
        Assert.InRange(Anonymous() - before, -20L * 1024, 10L * 1024);
    }

    [Fact]
    public void A_part_of_a_step_goes_back_and_what_is_left_can_grow_again()
    {
        using var pages = new HeldPages(ByteSize.FromMiB(16), huge: true);
        Take(pages, 24);

        pages.Shrink(ByteSize.FromMiB(6));
        Assert.Equal(ByteSize.FromMiB(18), pages.Held);
        Take(pages, 20);
        Assert.Equal(ByteSize.FromMiB(38), pages.Held);
        Assert.Equal(19, pages.Chunks.Distinct().Count());
    }

    [Fact]
    public void Its_pages_cannot_be_compressed_and_no_two_are_alike()
    {
        using var pages = new HeldPages(ByteSize.FromMiB(2), huge: false);
        Take(pages, 4);

        var size = Environment.SystemPageSize;
        var all = pages.Chunks.SelectMany(chunk => Enumerable.Range(0, Chunk / size).Select(i => new Span<byte>((byte*)chunk + i * size, size).ToArray())).ToList();
        Assert.Equal(all.Count, all.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(all.Take(8), page =>
        {
            using var packed = new MemoryStream();
            using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
                deflate.Write(page);
            Assert.True(packed.Length >= size, $"{packed.Length} of {size} bytes");
        });
    }

    [Fact]
    public void A_touch_finds_what_the_kernel_took_away()
    {
        using var pages = new HeldPages(ByteSize.FromMiB(4), huge: false);
        Take(pages, 4);
        Assert.Equal(ByteSize.Zero, pages.Touch(1));

        // Nothing but the first page is left, as after swapping out.
        Assert.Equal(0, Advise(pages.Chunks[1] + Environment.SystemPageSize, Chunk - Environment.SystemPageSize, DontNeed));

        Assert.Equal(ByteSize.FromBytes(Chunk - Environment.SystemPageSize), pages.Touch(1));
        Assert.Equal(ByteSize.Zero, pages.Touch(1));
        Assert.Equal(ByteSize.Zero, pages.Touch(0));
    }

    [Fact]
    public void Its_mappings_stay_out_of_core_dumps()
    {
        using var pages = new HeldPages(ByteSize.FromMiB(2), huge: false);
        Take(pages, 2);

        var start = pages.Chunks[0];
        var flags = File.ReadLines("/proc/self/smaps")
            .SkipWhile(line => !Spans(line, start))
            .First(line => line.StartsWith("VmFlags:", StringComparison.Ordinal));
        Assert.Contains(" dd", flags, StringComparison.Ordinal);
        Assert.DoesNotContain(" mg", flags, StringComparison.Ordinal);
    }

    private static void Take(HeldPages pages, int mib)
    {
        for (var i = 0; i < mib / 2; i++)
            pages.Grow();
    }

    /// <summary>KiB.</summary>
    private static long Anonymous() =>
        File.ReadLines("/proc/self/status").Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', '\t').First(word => word.Length > 0 && char.IsDigit(word[0])))).Single();

    private static bool Spans(string line, nint address)
    {
        var range = line.Split(' ')[0].Split('-');
        return range.Length == 2
            && long.TryParse(range[0], System.Globalization.NumberStyles.HexNumber, null, out var from)
            && long.TryParse(range[1], System.Globalization.NumberStyles.HexNumber, null, out var to)
            && from <= address && address < to;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);
}
