using LoadShaper.Domain.Sampling;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling;

public class RunnableAverageTests
{
    [Fact]
    public void Two_threads_that_always_run_come_to_two_as_the_load_average_does()
    {
        var average = new RunnableAverage();
        for (var i = 0; i < 12; i++)
            average = average.Apply(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5));

        // After one minute the kernel's average has covered 1 - 1/e of the way.
        Assert.Equal(2 * (1 - Math.Exp(-1)), average.Value, 6);
        Assert.Equal(0.5, average.LeaveOut(average.Value + 0.5), 6);
    }

    [Fact]
    public void One_long_step_equals_many_short_ones()
    {
        var steps = new RunnableAverage(1);
        for (var i = 0; i < 60; i++)
            steps = steps.Apply(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(1));

        Assert.Equal(steps.Value, new RunnableAverage(1).Apply(TimeSpan.FromSeconds(18), TimeSpan.FromMinutes(1)).Value, 9);
    }

    [Fact]
    public void The_rest_is_never_negative_and_a_stopped_clock_changes_nothing()
    {
        Assert.Equal(0, new RunnableAverage(2).LeaveOut(1.5));
        Assert.Equal(2, new RunnableAverage(2).Apply(TimeSpan.FromSeconds(1), TimeSpan.Zero).Value);
    }
}
