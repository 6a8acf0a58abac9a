using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>
/// Makes intervals of the whole run: one a second as soon as all workers that are still in the run reported that second, or
/// one of them is 3 s ahead. What comes later is in a later interval, so nothing is lost or counted twice.
/// </summary>
internal sealed class MergedIntervals
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly LoadSchedule _schedule;
    private readonly MergedTimeline _timeline;
    private readonly Series _total = new("all", 3);
    private readonly Series[] _series;
    private TimeSpan _shown;
    private long _sequence;

    internal MergedIntervals(LoadSchedule schedule, IReadOnlyList<string> series, MergedTimeline timeline)
    {
        (_schedule, _timeline) = (schedule, timeline);
        _series = [.. series.Select(name => new Series(name, series.Count == 1 ? 3 : 2))];
        _shown = TimeSpan.FromTicks(-schedule.WarmupEnd / 100);
    }

    internal IEnumerable<IntervalSnapshot> Next(IReadOnlyList<MergedWorker> workers, bool finished)
    {
        while (Due(workers, finished) is { } until)
            yield return Take(workers, until, final: false);
        if (finished)
            yield return Take(workers, Later(_shown, workers.Max(worker => worker.Elapsed)), final: true);
    }

    /// <summary>End of the next interval that can be shown.</summary>
    private TimeSpan? Due(IReadOnlyList<MergedWorker> workers, bool finished)
    {
        if (workers.Min(worker => worker.EarliestPending) is not { } earliest)
            return null;
        // Seconds without a report are not shown one by one.
        var next = Later(SecondAfter(_shown), SecondAfter(earliest - TimeSpan.FromTicks(1)));
        var ahead = workers.Max(worker => worker.Elapsed);
        if (ahead < next || (finished && ahead == next))
            return null;
        return finished || ahead >= next + MergedRun.LateAfter || workers.All(worker => worker.Ended || worker.Elapsed >= next) ? next : null;
    }

    private IntervalSnapshot Take(IReadOnlyList<MergedWorker> workers, TimeSpan until, bool final)
    {
        foreach (var worker in workers)
        {
            foreach (var report in worker.Take(final ? TimeSpan.MaxValue : until))
            {
                _total.Add(report.Total);
                for (var i = 0; i < _series.Length; i++)
                    _series[i].Add(report.Series[i]);
            }
        }

        var shown = workers.Select(worker => worker.Shown).OfType<WorkerReport>().ToArray();
        var active = workers.Where(worker => !worker.Ended).Select(worker => worker.Shown).OfType<WorkerReport>().ToArray();
        var now = _schedule.WarmupEnd + until.Ticks * 100;
        var (phase, value) = _schedule.PhaseAt(Math.Max(0, now - 1));
        var total = _total.Snapshot(shown.Aggregate(default(RunCounts), (sum, report) => sum + report.Total.Counts));
        _timeline.Add(total.IntervalHistogram);
        var snapshot = new IntervalSnapshot
        {
            Sequence = _sequence++,
            Elapsed = until,
            Length = until - _shown,
            Phase = phase,
            PhaseName = PhaseFormatter.Text(value),
            Warmup = now <= _schedule.WarmupEnd && _schedule.WarmupEnd > 0,
            Final = final,
            PlannedRate = _schedule.PlannedRate(Math.Max(0, now - 1)),
            Users = active.Sum(report => report.Users),
            InFlight = active.Sum(report => report.InFlight),
            Total = total,
            Series = [.. _series.Select((series, i) => series.Snapshot(shown.Aggregate(default(RunCounts), (sum, report) => sum + report.Series[i].Counts)))],
            NewRows = _timeline.Complete(final ? TimeSpan.MaxValue : until),
            Errors = ResultMerge.Errors(workers.SelectMany(worker => worker.Errors)),
            Health = MergedHealth.Of([.. workers.Where(worker => worker.Latest is not null).Select(worker => (worker.Label, worker.Health()))]),
            Echo = shown.Any(report => report.Echo is not null) ? shown.Aggregate(default(EchoCounts), (sum, report) => sum + report.Echo.GetValueOrDefault()) : null,
            WarmupCounts = shown.Aggregate(default(RunCounts), (sum, report) => sum + report.Warmup),
            StartSkew = shown.Max(report => report.StartSkew),
        };
        _shown = until;
        return snapshot;
    }

    private static TimeSpan SecondAfter(TimeSpan time) => TimeSpan.FromSeconds(Math.Floor(time / Second) + 1);

    private static TimeSpan Later(TimeSpan a, TimeSpan? b) => b > a ? b.Value : a;

    /// <summary>One series of the merged run: values since the start, and of the interval.</summary>
    /// <param name="digits">Of the workers' intervals.</param>
    private sealed class Series(string name, int digits)
    {
        private readonly LatencyHistogram _all = new(digits);
        private (LatencyHistogram Response, LatencyHistogram Failed) _interval = (new(digits), new(digits));
        private (LatencyHistogram Response, LatencyHistogram Failed) _spare = (new(digits), new(digits));
        private RunCounts _before;

        internal void Add(SeriesReport report)
        {
            report.Response.AddTo(_interval.Response);
            report.FailedResponse.AddTo(_interval.Failed);
        }

        internal SeriesSnapshot Snapshot(RunCounts counts)
        {
            _all.Add(_interval.Response);
            var snapshot = new SeriesSnapshot
            {
                Name = name,
                Counts = counts,
                Interval = counts - _before,
                Response = _all.Summary(),
                IntervalResponse = _interval.Response.Summary(),
                IntervalHistogram = _interval.Response,
                IntervalFailedHistogram = _interval.Failed,
            };
            // The observer reads this interval until the next one.
            (_before, _interval, _spare) = (counts, _spare, _interval);
            _interval.Response.Clear();
            _interval.Failed.Clear();
            return snapshot;
        }
    }
}
