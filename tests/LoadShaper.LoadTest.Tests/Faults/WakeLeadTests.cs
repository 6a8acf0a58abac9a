using LoadShaper.LoadTest.Faults.Loop;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class WakeLeadTests
{
    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(0, 0)]
    // A busy machine wakes the thread milliseconds late: the time that is polled stays bounded.
    [InlineData(5_000_000, WakeLead.Longest)]
    public void The_lead_is_the_lateness_within_its_bounds(long lateness, long expected)
    {
        var lead = new WakeLead();
        for (var i = 0; i < 1_000; i++)
            lead.OnWoken(lateness);
        Assert.InRange(lead.Value, expected - 3_000, expected + 3_000);
    }

    [Fact]
    public void A_quarter_of_the_wake_ups_may_be_later()
    {
        var lead = new WakeLead();
        var random = new Random(5);
        for (var i = 0; i < 1_000; i++)
            lead.OnWoken(random.Next(20_000, 60_000));
        Assert.InRange(lead.Value, 43_000, 57_000);
    }
}
