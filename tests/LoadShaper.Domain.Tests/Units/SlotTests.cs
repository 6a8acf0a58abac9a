using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Units;

public sealed class SlotTests
{
    [Fact]
    public void A_slot_prints_where_it_begins_and_how_long_it_is() =>
        Assert.Equal("2026-11-21T12:01:00Z+60s", Slot.At(new DateTimeOffset(2026, 11, 21, 12, 1, 59, TimeSpan.Zero), TimeSpan.FromMinutes(1)).ToString());
}
