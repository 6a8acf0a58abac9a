using Xunit;

namespace Akka.ContractTests.Kit;

public class TimeFactorTests() : Contract("akka.test.timefactor = 2.5")
{
    [Fact]
    public void A_slow_machine_is_given_more_time()
    {
        Assert.Equal(TimeSpan.FromSeconds(25), Dilated(TimeSpan.FromSeconds(10)));
        Assert.Equal(TimeSpan.FromSeconds(7.5), RemainingOrDefault);
        Assert.Equal(TimeSpan.FromSeconds(25), RemainingOrDilated(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void The_times_that_are_not_given_are_the_kits_own()
    {
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.SingleExpectDefault);
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.TestEventFilterLeeway);
        Assert.Equal(TimeSpan.FromSeconds(5), TestKitSettings.DefaultTimeout);
        Assert.Equal(2.5, TestKitSettings.TestTimeFactor);
    }

    [Fact]
    public void A_time_that_is_negative_is_refused() =>
        Assert.Throws<ArgumentException>(() => Dilated(TimeSpan.FromSeconds(-1)));
}
