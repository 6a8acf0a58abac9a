using LoadShaper.Domain.Sampling.Readings;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling.Readings;

public class NoiseMeterTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3)]
    public void Steady_deviations_become_the_deviation(double points)
    {
        var meter = new NoiseMeter();
        for (var i = 0; i < 2_000; i++)
            meter.Add(25 + (i % 2 == 0 ? points : -points), 25);

        Assert.Equal(points, meter.Deviation, 2);
    }

    [Fact]
    public void One_burst_of_real_work_moves_it_little()
    {
        var meter = new NoiseMeter();
        var before = meter.Deviation;
        meter.Add(100, 25);

        Assert.InRange(meter.Deviation, before, before * 1.05);
    }
}
