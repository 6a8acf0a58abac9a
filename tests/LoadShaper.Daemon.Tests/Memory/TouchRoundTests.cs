using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

[Collection(RealMemory.Name)]
public sealed class TouchRoundTests
{
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
}
