using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling.Readings;

public class SlotFoldTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);
    private static readonly long First = Slot.At(Minutes.Monday, Duration).Index;

    private readonly SlotFold _fold = new(Duration);

    [Fact]
    public void The_slot_that_ended_last_has_its_mean()
    {
        Fold(10, 10, 30);
        Assert.Null(_fold.MeanOf(First));
        Fold(20, 10, 10);

        Assert.Equal(20, _fold.MeanOf(First));
        Assert.Null(_fold.MeanOf(First - 1));
    }

    [Fact]
    public void A_sample_across_slots_is_shared_by_time()
    {
        Fold(10, 10, 0);
        Fold(30, 20, 40);
        Assert.Equal(20, _fold.MeanOf(First));
        Fold(40, 10, 0);
        Assert.Equal(20, _fold.MeanOf(First + 1));
    }

    [Fact]
    public void A_slot_seen_by_less_than_half_has_none()
    {
        Fold(9, 9, 30);
        Fold(21, 1, 30);
        Assert.Null(_fold.MeanOf(First));
    }

    private void Fold(double at, double period, double busy) => _fold.Fold(new Sample(
        Minutes.Monday.AddSeconds(at), TimeSpan.FromSeconds(period), 2,
        new CpuReading(Percent.Of(busy), Percent.Of(busy), Percent.Zero, Percent.Zero, Percent.Zero), null, null, null));
}
