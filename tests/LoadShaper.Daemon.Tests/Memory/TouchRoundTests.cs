using System.Runtime.InteropServices;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

[Collection(RealMemory.Name)]
public sealed partial class TouchRoundTests
{
    private const int Chunk = 2 * 1024 * 1024;
    private const int DontNeed = 4;

    [Fact]
    public void Rounds_get_longer_where_nothing_is_taken_and_each_sees_all()
    {
        using var pages = new HeldPages(ByteSize.FromMiB(16), huge: false);
        for (var i = 0; i < 8; i++)
            pages.Grow();
        var round = new TouchRound(pages, TimeSpan.FromSeconds(1));

        var complete = new List<double>();
        for (var now = TimeSpan.FromMilliseconds(125); now < TimeSpan.FromMinutes(5); now += TimeSpan.FromMilliseconds(125))
        {
            if (round.Touch(now) is { } resident)
            {
                Assert.Equal(pages.Held, resident);
                complete.Add(now.TotalSeconds);
            }
        }

        // 1, 2, 4 ... up to 60 s a round.
        Assert.Equal([1, 3, 7, 15, 31, 63, 123, 183, 243], complete);
    }

    [Fact]
    public void What_was_taken_comes_back_one_chunk_a_visit_and_the_round_is_short_again()
    {
        using var pages = new HeldPages(ByteSize.FromMiB(16), huge: false);
        for (var i = 0; i < 8; i++)
            pages.Grow();
        var round = new TouchRound(pages, TimeSpan.FromSeconds(1));
        var now = TimeSpan.FromSeconds(1);
        Assert.Equal(pages.Held, round.Touch(now));

        // All but the first page of each chunk, as after swapping out.
        var lost = Chunk - Environment.SystemPageSize;
        foreach (var chunk in pages.Chunks)
            Assert.Equal(0, Advise(chunk + Environment.SystemPageSize, lost, DontNeed));

        now += TimeSpan.FromMinutes(1);
        for (var visit = 1; visit < 8; visit++, now += TimeSpan.FromMinutes(1))
            Assert.Null(round.Touch(now));
        Assert.Equal(pages.Held - ByteSize.FromBytes(8L * lost), round.Touch(now));
        Assert.Equal(pages.Held, round.Touch(now + TimeSpan.FromSeconds(1)));
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);
}
