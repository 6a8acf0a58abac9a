using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu.Burning;

public class OverrunTests
{
    private static Overrun After(double duty, double ranEachSecond, int seconds)
    {
        var overrun = default(Overrun);
        for (var i = 0; i < seconds; i++)
            overrun = overrun.Apply(DutyCycle.Of(duty), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(ranEachSecond));
        return overrun;
    }

    [Theory]
    [InlineData(0, 0.0005, 60, false)]
    [InlineData(0, 0.01, 60, true)]
    [InlineData(0.35, 0.36, 1000, false)]
    [InlineData(0.35, 0.45, 10, true)]
    [InlineData(1, 1, 1000, false)]
    public void A_thread_that_keeps_using_more_than_was_ordered_disobeys(double duty, double ran, int seconds, bool disobeys)
    {
        Assert.Equal(disobeys, After(duty, ran, seconds).Disobeys);
    }

    [Fact]
    public void What_it_is_over_now_it_may_be_under_later()
    {
        var over = new Overrun(TimeSpan.FromMilliseconds(90));

        Assert.Equal(TimeSpan.Zero, over.Apply(DutyCycle.Of(0.3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.2)).Excess);
    }
}
