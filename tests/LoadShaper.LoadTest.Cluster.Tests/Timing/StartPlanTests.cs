using LoadShaper.LoadTest.Cluster.Timing;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Timing;

public sealed class StartPlanTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Fast_networks_start_in_two_seconds()
    {
        var plan = StartPlan.Of(100 * Second, [new ClockOffset(50, 10, 1_000_000), new ClockOffset(-7 * Second, 10, 2_000_000)]);

        Assert.Equal(102 * Second, plan.At);
        Assert.Equal([102 * Second + 50, 95 * Second], plan.WorkersAt);
    }

    [Fact]
    public void Slow_networks_start_after_ten_round_trips_of_the_slowest_worker()
    {
        var plan = StartPlan.Of(0, [new ClockOffset(0, 10, Second / 2), new ClockOffset(0, 10, Second / 4)]);

        Assert.Equal(5 * Second, plan.At);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(4_999_999_900, false)]
    [InlineData(5_000_000_000, true)]
    [InlineData(90_000_000_000, true)]
    public void A_lease_expires_after_its_length_without_renewal(long later, bool expired)
    {
        var lease = new Lease(77, TimeSpan.FromSeconds(5));

        Assert.Equal(expired, lease.ExpiredAt(77 + later));
    }
}
