using LoadShaper.LoadTest.Cluster.Timing;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Timing;

public sealed class ClockOffsetTests
{
    [Fact]
    public void The_shortest_round_trip_decides()
    {
        var samples = new[] { Sample(0, 5_000, 1_000, 9_000), Sample(20_000, 5_000, 100, 120), Sample(50_000, 5_000, 4_000, 100) };

        var offset = ClockOffset.Of(samples);

        Assert.Equal(5_000 - 10, offset.Nanoseconds);
        Assert.Equal(220, offset.ShortestRoundTrip);
        Assert.Equal(10_000, offset.RoundTripP99);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(123_456_789_000)]
    [InlineData(-9_876_543_210_000)]
    public void It_is_wrong_by_at_most_half_the_round_trip(long ahead)
    {
        var random = new Random(7);
        var samples = Enumerable.Range(0, ClockOffset.Pings).Select(i => Sample(i * 1_000_000L, ahead, random.Next(1, 300_000), random.Next(1, 300_000))).ToList();

        var offset = ClockOffset.Of(samples);

        Assert.InRange(offset.Nanoseconds - ahead, -offset.ShortestRoundTrip / 2 - 1, offset.ShortestRoundTrip / 2 + 1);
        Assert.Equal(1_000 + offset.Nanoseconds, offset.ToWorker(1_000));
    }

    [Fact]
    public void There_is_none_without_a_ping() => Assert.Throws<ArgumentException>(() => ClockOffset.Of([]));

    private static PingSample Sample(long sentAt, long ahead, long there, long back) => new(sentAt, sentAt + there + ahead, sentAt + there + back);
}
