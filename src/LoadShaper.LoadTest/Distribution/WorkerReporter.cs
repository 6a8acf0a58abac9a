using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>Makes the reports of a worker of what its engine measured.</summary>
internal sealed class WorkerReporter(Action<WorkerReport> report) : IRunObserver
{
    /// <summary>Every how many reports there is a snapshot.</summary>
    internal const int SnapshotEvery = 10;

    private readonly Dictionary<(string Text, string Step, FailureKind Kind), long> _errors = [];
    private readonly List<RunWarning> _warnings = [];
    private List<TimelineRow> _rows = [];
    private List<TimelineRow> _rowsBefore = [];
    private long _sequence;
    private TimeSpan _elapsed;

    public void OnStarted(RunStarted started)
    {
        // The coordinator knows the plan and has the start of the run.
    }

    // A proxy of the faults may call it from its own thread.
    public void OnWarning(RunWarning warning)
    {
        lock (_warnings)
        {
            if (_warnings.Count < WorkerReportReader.MostWarnings)
                _warnings.Add(warning);
        }
    }

    public void OnInterval(IntervalSnapshot snapshot, IRunControl control)
    {
        _elapsed = snapshot.Elapsed;
        _rows.AddRange(snapshot.NewRows);
        var full = snapshot.Cumulative is not null;
        // With one series the engine keeps only that one.
        var cumulative = snapshot.Cumulative ?? [];
        report(new WorkerReport
        {
            Sequence = _sequence++,
            Kind = full ? WorkerReportKind.Snapshot : WorkerReportKind.Delta,
            Elapsed = snapshot.Elapsed,
            Users = snapshot.Users,
            InFlight = snapshot.InFlight,
            Total = Interval(snapshot.Total, full ? cumulative[0] : null) with { Name = "all" },
            Series = [.. snapshot.Series.Select((series, i) => Interval(series, full ? cumulative[cumulative.Count == 1 ? 0 : i + 1] : null))],
            Warmup = snapshot.WarmupCounts,
            Rows = full ? [.. _rowsBefore, .. _rows] : snapshot.NewRows,
            Errors = full ? snapshot.Errors : [.. snapshot.Errors.Where(IsNew)],
            Health = snapshot.Health,
            Echo = snapshot.Echo,
            Warnings = Warnings(),
            StartSkew = snapshot.StartSkew,
        });
        foreach (var error in snapshot.Errors)
            _errors[Key(error)] = error.Count;
        if (full)
            (_rowsBefore, _rows) = (_rows, []);
    }

    /// <summary>The last report.</summary>
    internal void Finish(RunResult result, IReadOnlyDictionary<string, long>? faults) => report(new WorkerReport
    {
        Sequence = _sequence++,
        Kind = WorkerReportKind.Final,
        Elapsed = _elapsed,
        Total = Whole(result.Total),
        Series = [.. result.Series.Select(Whole)],
        Warmup = result.Warmup,
        Rows = [.. _rowsBefore, .. _rows],
        Errors = result.Errors,
        Health = result.Health,
        Echo = result.Echo,
        Warnings = [.. Warnings().Union(result.Warnings).Take(WorkerReportReader.MostWarnings)],
        StartSkew = result.StartSkew,
        End = new WorkerEnd(result.End, result.StopReason, result.StartedAt, result.Duration, faults),
    });

    private static SeriesReport Interval(SeriesSnapshot series, SeriesResult? cumulative)
    {
        var interval = new SeriesReport
        {
            Name = series.Name,
            Counts = series.Counts,
            Response = HistogramData.Of(series.IntervalHistogram),
            FailedResponse = HistogramData.Of(series.IntervalFailedHistogram),
        };
        return cumulative is null ? interval : interval with { StatusClasses = cumulative.StatusClasses, Cumulative = Latencies(cumulative) };
    }

    private static SeriesReport Whole(SeriesResult series) => new()
    {
        Name = series.Name,
        Counts = series.Counts,
        StatusClasses = series.StatusClasses,
        Cumulative = Latencies(series),
    };

    private static SeriesLatencies Latencies(SeriesResult series) =>
        new(HistogramData.Of(series.Response), HistogramData.Of(series.FailedResponse), HistogramData.Of(series.Service));

    private RunWarning[] Warnings()
    {
        lock (_warnings)
            return [.. _warnings];
    }

    private bool IsNew(ErrorRow error) => _errors.GetValueOrDefault(Key(error)) != error.Count;

    private static (string, string, FailureKind) Key(ErrorRow error) => (error.Text, error.Step, error.Kind);
}
