using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>
/// Requests of a lost worker's part that the schedule asks for and that no report contains. A closed phase has no schedule,
/// so nothing is known of it; with Poisson arrivals it is the expected number. Steps after the first one of a flow are not
/// counted, because they depend on the responses.
/// </summary>
internal sealed class LostShare(RunPlan plan, LoadSchedule schedule)
{
    private readonly SeriesTable _series = new(plan);

    // Only then are offered requests and arrivals the same number.
    private readonly bool _exact = plan.Arrival == ArrivalProcess.Uniform && plan.Flows.All(flow => flow.Steps.Count == 1) && schedule.Segments.All(segment => segment.Curve is not null);

    /// <summary>Number for each series of the plan.</summary>
    /// <param name="from">Start of the part, nanoseconds of the schedule.</param>
    /// <param name="reported">End of what was reported, nanoseconds of the schedule.</param>
    /// <param name="offered">Reported up to then, without the warm-up.</param>
    /// <param name="until">Takeover by other workers or end of the run, nanoseconds of the schedule.</param>
    internal long[] Of(SchedulePartition part, long from, long reported, long offered, long until)
    {
        var whole = Math.Max(0, Arrivals(part, until) - Arrivals(part, from));
        var count = Math.Clamp(_exact
            ? whole - offered
            // An arrival at the very end of the report was counted in it.
            : Arrivals(part, until) - Arrivals(part, Math.Max(from, reported + 1)), 0, whole);
        var result = new long[_series.Names.Count];
        if (plan.Flows is [var only])
        {
            result[_series.Of(only.Steps[0].Name)] = count;
            return result;
        }

        var choice = new FlowChoice(plan.Flows, plan.Seed);
        var last = Arrivals(part, until, warmup: true);
        for (var i = last - count; i < last; i++)
            result[_series.Of(plan.Flows[choice.Of(i * part.Count + part.Index)].Steps[0].Name)]++;
        return result;
    }

    /// <summary>Arrivals of the part before a time.</summary>
    private long Arrivals(SchedulePartition part, long until, bool warmup = false)
    {
        long sum = 0;
        foreach (var segment in schedule.Segments)
        {
            if (segment.Curve is not { } curve || (segment.Warmup && !warmup) || until <= segment.Start)
                continue;
            // As in the cursor: an arrival at the end of the curve is not part of it.
            var all = Math.Min(curve.Integral((until - segment.Start) / 1e9), curve.Total * (1 - 1e-12));
            sum += Math.Max(0, (long)Math.Ceiling((all - part.Index) / part.Count));
        }

        return sum;
    }
}
