using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling.Readings;

public class MinuteFoldTests
{
    private readonly MinuteFold _fold = new();

    [Fact]
    public void Samples_of_a_minute_become_its_mean_when_it_is_over()
    {
        for (var second = 5; second < 60; second += 5)
            Assert.Empty(_fold.Fold(Sample(second, 5, busy: second <= 30 ? 10 : 40)));

        var minute = Assert.Single(_fold.Fold(Sample(60, 5, busy: 40)));
        Assert.Equal(Minutes.Monday, minute.Start);
        Assert.Equal(25, minute.Busy, 9);
        Assert.Equal(TimeSpan.FromMinutes(1), minute.Seen);
    }

    [Fact]
    public void A_sample_across_two_minutes_is_shared_by_time()
    {
        _fold.Fold(Sample(40, 40, busy: 0));
        var first = Assert.Single(_fold.Fold(Sample(70, 30, busy: 60)));
        Assert.Equal(20, first.Busy, 9);

        var second = Assert.Single(_fold.Fold(Sample(120, 50, busy: 0)));
        Assert.Equal(10, second.Busy, 9);
    }

    [Fact]
    public void A_minute_seen_by_less_than_half_is_dropped()
    {
        _fold.Fold(Sample(29, 29, busy: 50));
        Assert.Empty(_fold.Fold(Sample(100, 1, busy: 50)));
        // From 1:39 on too little is left of the second minute.
        Assert.Empty(_fold.Fold(Sample(121, 5, busy: 50)));
    }

    [Fact]
    public void Half_of_a_minute_is_enough()
    {
        _fold.Fold(Sample(30, 30, busy: 50));
        var minute = Assert.Single(_fold.Fold(Sample(95, 5, busy: 1)));
        Assert.Equal(50, minute.Busy);
        Assert.Equal(TimeSpan.FromSeconds(30), minute.Seen);
    }

    [Fact]
    public void A_reading_that_is_missing_is_not_zero()
    {
        _fold.Fold(Sample(30, 30, busy: 40) with { Memory = null });
        _fold.Fold(Sample(45, 15, busy: 0) with { Cpu = null });
        var minute = Assert.Single(_fold.Fold(Sample(60, 15, busy: 40)));

        Assert.Equal(40, minute.Busy);
        Assert.Null(minute.Network);
        Assert.Equal(TimeSpan.FromSeconds(45), minute.Seen);
    }

    [Fact]
    public void Memory_is_the_lowest_of_the_formulas()
    {
        var memory = new MemoryReading(
            ByteSize.FromMiB(1000), ByteSize.FromMiB(100), ByteSize.FromMiB(600), ByteSize.FromMiB(50), ByteSize.FromMiB(500),
            ByteSize.FromMiB(50), ByteSize.FromMiB(200));
        var minute = Assert.Single(_fold.Fold(Sample(60, 60, busy: 1) with { Memory = memory }));

        Assert.Equal(30, minute.Memory!.Value, 6);
    }

    [Fact]
    public void A_clock_that_steps_back_changes_no_minute_that_was_judged()
    {
        _fold.Fold(Sample(60, 60, busy: 50));
        Assert.Empty(_fold.Fold(Sample(50, 5, busy: 0)));

        var minute = Assert.Single(_fold.Fold(Sample(120, 60, busy: 30)));
        Assert.Equal(30, minute.Busy, 9);
    }

    [Fact]
    public void A_clock_that_steps_forward_leaves_the_time_between_unseen()
    {
        _fold.Fold(Sample(40, 40, busy: 50));
        var before = Assert.Single(_fold.Fold(Sample(3_600 + 30, 30, busy: 20)));
        Assert.Equal(Minutes.Monday, before.Start);

        var after = Assert.Single(_fold.Fold(Sample(3_660, 30, busy: 20)));
        Assert.Equal(Minutes.Monday.AddHours(1), after.Start);
    }

    private static Sample Sample(double at, double period, double busy) => new(
        Minutes.Monday.AddSeconds(at), TimeSpan.FromSeconds(period), 2,
        new CpuReading(Percent.Of(busy), Percent.Of(busy), Percent.Zero, Percent.Zero, Percent.Zero),
        null, null, new LoadReading(1, 1, 1, 1));
}
