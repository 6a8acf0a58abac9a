using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine;

/// <summary>Takes a consistent view of the collector for the observer. Used by one thread.</summary>
internal sealed class SnapshotBuilder(Collector collector, LoadSchedule schedule, ILoadEngine engine, LoadRunOptions options)
{
    private readonly RunCounts[] _before = new RunCounts[collector.Series.Count];
    private RunCounts _totalBefore;
    private TimeSpan _elapsedBefore = TimeSpan.FromTicks(-schedule.WarmupEnd / 100) + options.From;
    private long _sequence;

    internal IReadOnlyList<RunWarning> WarningsFrom(int index)
    {
        lock (collector.Gate)
            return [.. collector.Warnings.Skip(index)];
    }

    internal IntervalSnapshot Take(bool final)
    {
        lock (collector.Gate)
        {
            var now = schedule.WarmupEnd + collector.Elapsed.Ticks * 100;
            var (phase, value) = schedule.PhaseAt(Math.Max(0, now - 1));
            var total = Snapshot(collector.TotalStats, "all", collector.CountsOfTotal(), ref _totalBefore);
            var snapshot = new IntervalSnapshot
            {
                Sequence = _sequence++,
                Elapsed = collector.Elapsed,
                Length = collector.Elapsed - _elapsedBefore,
                Phase = phase,
                PhaseName = PhaseFormatter.Text(value),
                Warmup = now <= schedule.WarmupEnd && schedule.WarmupEnd > 0,
                Final = final,
                PlannedRate = schedule.PlannedRate(Math.Max(0, now - 1)),
                Users = collector.Users,
                InFlight = collector.InFlight,
                Total = total,
                Series = collector.Series.Count == 1
                    ? [OnlySeries(total)]
                    : [.. collector.Series.Select((series, i) => Snapshot(series, series.Name, collector.CountsOf(i), ref _before[i]))],
                NewRows = collector.TakeNewRows(),
                Errors = collector.ErrorRows(),
                Health = collector.Health(engine.Name, engine.Limit),
                Echo = collector.HasEcho ? collector.Echo() : null,
                WarmupCounts = collector.CountsOfWarmup(),
                StartSkew = engine.StartSkew is { } skew ? TimeSpan.FromTicks(skew / 100) : null,
                Cumulative = options.CumulativeEvery > 0 && _sequence % options.CumulativeEvery == 0 ? Cumulative() : null,
            };
            _elapsedBefore = collector.Elapsed;
            return snapshot;
        }
    }

    private SeriesResult[] Cumulative() =>
    [
        collector.TotalStats.ToCopy(collector.CountsOfTotal()),
        .. collector.Series.Count == 1 ? [] : collector.Series.Select((series, i) => series.ToCopy(collector.CountsOf(i))),
    ];

    private SeriesSnapshot OnlySeries(SeriesSnapshot total) => total with { Name = collector.Series[0].Name };

    private static SeriesSnapshot Snapshot(SeriesStats series, string name, RunCounts counts, ref RunCounts before)
    {
        var interval = series.TakeInterval();
        var response = interval.Response ?? LatencyHistograms.Empty;
        var snapshot = new SeriesSnapshot
        {
            Name = name,
            Counts = counts,
            Interval = counts - before,
            Response = series.ResponseSummary(),
            IntervalResponse = response.Summary(),
            IntervalHistogram = response,
            IntervalFailedHistogram = interval.Failed ?? LatencyHistograms.Empty,
        };
        before = counts;
        return snapshot;
    }
}
