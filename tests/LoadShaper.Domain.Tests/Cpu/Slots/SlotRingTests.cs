using LoadShaper.Domain.Cpu.Slots;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu.Slots;

public class SlotRingTests
{
    [Fact]
    public void It_holds_24_hours()
    {
        var ring = SlotRing.Empty(TimeSpan.FromHours(1));
        for (var i = 0; i < 24; i++)
            ring = ring.Push(100 + i, i < 6);
        Assert.Equal(25, ring.Exceedance);

        for (var i = 24; i < 30; i++)
            ring = ring.Push(100 + i, false);
        Assert.Equal((24, 0), (ring.SeenCount, ring.HighCount));
    }

    [Fact]
    public void Unseen_slots_leave_it_as_time_passes()
    {
        var ring = SlotRing.Empty(TimeSpan.FromHours(1)).Push(100, true).Push(112, false);
        Assert.Equal(50, ring.Exceedance);

        Assert.Equal(0, ring.Push(124, null).HighCount);
        Assert.Equal(0, ring.Push(500, null).SeenCount);
    }

    [Fact]
    public void A_slot_is_judged_once()
    {
        var ring = SlotRing.Empty(TimeSpan.FromHours(1)).Push(100, true);

        Assert.Equal(ring, ring.Push(100, false));
        Assert.Equal(ring, ring.Push(99, false));
    }

    [Fact]
    public void Adding_leaves_the_former_ring_as_it_was()
    {
        var before = SlotRing.Empty(TimeSpan.FromMinutes(1)).Push(5, false);
        var after = before.Push(6, true);

        Assert.Equal((1, 0), (before.SeenCount, before.HighCount));
        Assert.Equal((2, 1), (after.SeenCount, after.HighCount));
        Assert.NotEqual(before, after);
    }
}
