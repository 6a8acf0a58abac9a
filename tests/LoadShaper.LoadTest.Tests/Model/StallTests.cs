using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Model;

/// <summary>A target that stops for one second within ten, in virtual time: the percentiles must show the stall at every rate.</summary>
public class StallTests
{
    private const long Second = 1_000_000_000;
    private const long ServiceTime = 10_000;

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    public void Latency_from_the_intended_time_is_within_3_percent_of_theory(int rate)
    {
        IReadOnlyList<LoadPhase> phases = [new ConstantRate(rate, TimeSpan.FromSeconds(10))];
        var plan = new RunPlan { Targets = [], Flows = [], Phases = phases, Connections = 50 };
        var source = new ArrivalSource(LoadSchedule.Of(phases, TimeSpan.Zero), plan, SchedulePartition.Whole, (_, _) => { });
        var histogram = new LatencyHistogram();
        var busy = new PriorityQueue<Arrival, long>();
        for (var now = 0L; !source.Ended || busy.Count > 0;)
        {
            source.Advance(now);
            while (busy.Count < plan.Connections && source.TryTake(now, out var arrival))
                busy.Enqueue(arrival, EndOf(now));
            var next = Math.Min(source.NextSwitch, busy.Count < plan.Connections ? source.NextDue : long.MaxValue);
            if (busy.TryPeek(out _, out var end) && end <= next)
            {
                now = end;
                histogram.Record((end - busy.Dequeue().Intended) / 1_000);
            }
            else
            {
                now = next;
            }
        }

        // Requests due within the stalled second wait for its rest: latency is uniform over 0 to 1 s for a tenth of them.
        Assert.Equal(rate * 10L, histogram.Count);
        Assert.InRange(histogram.Percentile(99), 901_000 * 0.97, 901_000 * 1.03);
        Assert.InRange(histogram.Percentile(95), 501_000 * 0.97, 501_000 * 1.03);
        Assert.InRange(histogram.Percentile(50), 0, 1_100);
    }

    private static long EndOf(long start)
    {
        var end = start + ServiceTime;
        return end > 5 * Second && start < 6 * Second ? 6 * Second + ServiceTime : end;
    }
}
