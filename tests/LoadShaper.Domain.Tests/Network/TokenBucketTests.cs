using FsCheck;
using FsCheck.Fluent;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Network;

public sealed class TokenBucketTests
{
    private static readonly ByteSize Packet = ByteSize.FromBytes(1000);

    [Fact]
    public void It_fills_at_the_rate()
    {
        var bucket = TokenBucket.EmptyAt(TimeSpan.Zero).Advance(TimeSpan.FromMilliseconds(50), BitRate.FromMbit(8), Packet);

        Assert.Equal(50_000, bucket.Bytes, 6);
    }

    [Fact]
    public void A_pause_is_not_followed_by_a_flood()
    {
        var bucket = TokenBucket.EmptyAt(TimeSpan.Zero).Advance(TimeSpan.FromHours(1), BitRate.FromMbit(8), Packet);

        Assert.Equal(200_000, bucket.Bytes, 6);
    }

    [Fact]
    public void The_lowest_rate_still_sends_whole_packets()
    {
        var bucket = TokenBucket.EmptyAt(TimeSpan.Zero).Advance(TimeSpan.FromSeconds(10), BitRate.FromBits(1000), Packet);

        Assert.True(bucket.Allows(Packet));
        Assert.False(bucket.Take(1000).Allows(Packet));
    }

    [Fact]
    public void Time_that_goes_back_gives_nothing()
    {
        var bucket = TokenBucket.EmptyAt(TimeSpan.FromSeconds(5)).Advance(TimeSpan.FromSeconds(3), BitRate.FromMbit(8), Packet);

        Assert.Equal(TokenBucket.EmptyAt(TimeSpan.FromSeconds(5)), bucket);
    }

    [Fact]
    public void Over_any_sequence_of_ticks_no_more_is_sent_than_the_rate_and_one_depth()
    {
        var ticks = Gen.Choose(1, 500).ListOf().ToArbitrary();
        Prop.ForAll(ticks, milliseconds =>
        {
            var rate = BitRate.FromMbit(16);
            var (now, sent, bucket) = (TimeSpan.Zero, 0L, TokenBucket.EmptyAt(TimeSpan.Zero));
            foreach (var tick in milliseconds)
            {
                now += TimeSpan.FromMilliseconds(tick);
                for (bucket = bucket.Advance(now, rate, Packet); bucket.Allows(Packet); bucket = bucket.Take(Packet.Bytes))
                    sent += Packet.Bytes;
            }
            return sent <= rate.BytesPerSecond * now.TotalSeconds + 1e-6;
        }).QuickCheckThrowOnFailure();
    }
}
