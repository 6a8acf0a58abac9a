using FsCheck;
using FsCheck.Fluent;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Model;

public class ArrivalCursorTests
{
    private static List<(long Index, long Due)> All(RateCurve curve, ArrivalProcess process, ulong seed, SchedulePartition part)
    {
        var list = new List<(long, long)>();
        for (var cursor = new ArrivalCursor(curve, process, seed, part); cursor.Due != ArrivalCursor.End; cursor.Advance())
            list.Add((cursor.Index, cursor.Due));
        return list;
    }

    [Theory]
    [InlineData(500, 30, 15_000)]
    [InlineData(0.3, 10, 3)]
    [InlineData(1.0 / 7, 70, 10)]
    [InlineData(2_000 / 60.0, 60, 2_000)]
    [InlineData(0.01, 50, 1)]
    public void Uniform_arrivals_are_rate_times_duration(double rate, double seconds, int expected)
    {
        var all = All(RateCurve.Constant(rate, seconds), ArrivalProcess.Uniform, 1, SchedulePartition.Whole);
        Assert.Equal(expected, all.Count);
        Assert.Equal(0, all[0].Due);
        Assert.All(all, a => Assert.Equal(a.Index / rate * 1e9, a.Due, 1.0));
    }

    [Theory]
    [InlineData(ArrivalProcess.Uniform)]
    [InlineData(ArrivalProcess.Poisson)]
    public void The_parts_together_are_the_whole_schedule(ArrivalProcess process)
    {
        var input = RateCurveTests.RatePhase().SelectMany(phase => Gen.Choose(1, 7).Select(parts => (phase, parts))).ToArbitrary();
        Prop.ForAll(input, x =>
        {
            var curve = RateCurve.Of([x.phase with { Duration = x.phase.Duration / 10 } is SpikeRate s ? new ConstantRate(s.Base, s.Duration) : x.phase with { Duration = x.phase.Duration / 10 }]);
            var whole = All(curve, process, 42, SchedulePartition.Whole);
            var parts = Enumerable.Range(0, x.parts).SelectMany(k => All(curve, process, 42, new SchedulePartition(k, x.parts)));
            Assert.Equal(whole, parts.OrderBy(a => a.Index));
            Assert.All(whole.Zip(whole.Skip(1)), pair => Assert.True(pair.First.Due <= pair.Second.Due));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_part_of_a_part_is_a_part_of_the_same_schedule()
    {
        var indices = Enumerable.Range(0, 3).SelectMany(worker => Enumerable.Range(0, 2).Select(thread => new SchedulePartition(worker, 3).Split(thread, 2)));
        Assert.Equal([0, 1, 2, 3, 4, 5], indices.Select(p => p.Index).Order());
        Assert.All(indices, p => Assert.Equal(6, p.Count));
    }

    [Fact]
    public void Poisson_arrivals_have_the_rate_and_exponential_gaps()
    {
        var all = All(RateCurve.Constant(1_000, 100), ArrivalProcess.Poisson, 7, SchedulePartition.Whole);
        var gaps = all.Zip(all.Skip(1)).Select(p => (p.Second.Due - p.First.Due) / 1e6).ToList();

        // 100,000 arrivals: 5 standard deviations are 1,580; the mean gap is 1 ms and so is its standard deviation.
        Assert.InRange(all.Count, 100_000 - 1_580, 100_000 + 1_580);
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(g => (g - mean) * (g - mean)));
        Assert.InRange(mean, 0.98, 1.02);
        Assert.InRange(deviation, 0.97, 1.03);
        Assert.InRange(gaps.Count(g => g > 1) / (double)gaps.Count, Math.Exp(-1) - 0.01, Math.Exp(-1) + 0.01);
    }

    [Fact]
    public void The_same_seed_gives_the_same_arrivals_and_another_seed_others()
    {
        var curve = RateCurve.Constant(50, 10);
        Assert.Equal(All(curve, ArrivalProcess.Poisson, 1, SchedulePartition.Whole), All(curve, ArrivalProcess.Poisson, 1, SchedulePartition.Whole));
        Assert.NotEqual(All(curve, ArrivalProcess.Poisson, 1, SchedulePartition.Whole), All(curve, ArrivalProcess.Poisson, 2, SchedulePartition.Whole));
    }
}
