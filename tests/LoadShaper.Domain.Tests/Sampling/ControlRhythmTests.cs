using LoadShaper.Domain.Sampling;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling;

public class ControlRhythmTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 5)]
    [InlineData(2, 3)]
    [InlineData(4.99, 5.01)]
    [InlineData(5.01, 4.99)]
    public void Periods_end_in_step_with_the_clock_and_a_timer_that_fires_early_is_forgiven(double now, double wait)
    {
        Assert.Equal(wait, ControlRhythm.UntilNext(Noon.AddSeconds(now), TimeSpan.FromSeconds(5)).TotalSeconds, 6);
    }
}
