using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Tests.Distribution;

/// <summary>The reports of a worker whose engine measured chosen values, made by the reporter of the product.</summary>
internal sealed class WorkerScript
{
    private readonly Random _random;
    private readonly string[] _series;
    private readonly int _seconds;
    private readonly LatencyHistogram[] _response;
    private readonly LatencyHistogram[] _failed;
    private readonly RunCounts[] _counts;

    /// <param name="series">Names of the steps; with more than one the total is kept beside them.</param>
    private WorkerScript(int seed, int seconds, string[] series)
    {
        (_random, _seconds, _series) = (new Random(seed), seconds, series);
        _response = [.. series.Select(_ => new LatencyHistogram())];
        _failed = [.. series.Select(_ => new LatencyHistogram(2))];
        _counts = new RunCounts[series.Length];
    }

    internal List<WorkerReport> Reports { get; } = [];
    internal List<ErrorRow> Errors { get; } = [];
    internal List<TimelineRow> Rows { get; } = [];
    internal RunResult Result { get; private set; } = null!;

    internal static RunPlan Plan(int seconds, params string[] series) => new()
    {
        Targets = [Engine.Plans.Http(1)],
        Flows = [new Flow("f", 1, [.. series.Select(name => Engine.Plans.Get(name: name))])],
        Phases = [new ConstantRate(300, TimeSpan.FromSeconds(seconds))],
    };

    internal static WorkerScript Run(int seed, int seconds, params string[] series)
    {
        var script = new WorkerScript(seed, seconds, series);
        var reporter = new WorkerReporter(script.Reports.Add);
        for (var second = 1; second <= seconds; second++)
            reporter.OnInterval(script.Interval(second), new NoControl());
        script.Result = script.Whole();
        reporter.Finish(script.Result, null);
        return script;
    }

    private IntervalSnapshot Interval(int second)
    {
        var intervals = _series.Select(_ => (Response: new LatencyHistogram(_series.Length == 1 ? 3 : 2), Failed: new LatencyHistogram(2), Counts: default(RunCounts))).ToArray();
        var (all, allFailed) = (new LatencyHistogram(), new LatencyHistogram());
        for (var i = 0; i < _series.Length; i++)
        {
            var (completed, failed) = (_random.Next(0, 40), _random.Next(0, 4));
            for (var n = 0; n < completed; n++)
                Record(_random.NextInt64(1, 2_000_000), _response[i], intervals[i].Response, all);
            for (var n = 0; n < failed; n++)
                Record(_random.NextInt64(1, 70_000_000), _failed[i], intervals[i].Failed, allFailed);
            intervals[i].Counts = Samples.Counts(completed, failed);
            _counts[i] += intervals[i].Counts;
            if (failed > 0)
                AddError(_series[i], failed, second);
        }

        var counts = intervals.Aggregate(default(RunCounts), (sum, s) => sum + s.Counts);
        var row = new TimelineRow
        {
            Start = TimeSpan.FromSeconds(second - 1),
            Length = TimeSpan.FromSeconds(1),
            Counts = counts,
            Response = all.Summary(),
            LagP99 = _random.Next(10, 90),
            Users = 2,
            InFlight = _random.Next(0, 9),
            PlannedRate = 300,
            Cpu = 0.5,
            ResidentBytes = _random.Next(1, 100) << 20,
        };
        Rows.Add(row);
        var full = second % WorkerReporter.SnapshotEvery == 0;
        return new IntervalSnapshot
        {
            Sequence = second - 1,
            Elapsed = TimeSpan.FromSeconds(second),
            Length = TimeSpan.FromSeconds(1),
            Phase = 0,
            PhaseName = "300 rps",
            Warmup = false,
            Final = second == _seconds,
            PlannedRate = 300,
            Users = 2,
            InFlight = row.InFlight,
            Total = Snapshot("all", Total, counts, all, allFailed),
            Series = [.. _series.Select((name, i) => Snapshot(name, _counts[i], intervals[i].Counts, intervals[i].Response, intervals[i].Failed))],
            NewRows = [row],
            Errors = [.. Errors],
            Health = Samples.Health(),
            StartSkew = TimeSpan.FromMicroseconds(80),
            Cumulative = full ? [TotalSeries(), .. _series.Length == 1 ? [] : _series.Select((_, i) => SeriesOf(i))] : null,
        };
    }

    private RunCounts Total => _counts.Aggregate(default(RunCounts), (sum, c) => sum + c);

    private RunResult Whole() => Samples.Result(TotalSeries(), TimeSpan.FromSeconds(_seconds), [.. _series.Select((_, i) => SeriesOf(i))]) with
    {
        Errors = Errors,
        Timeline = Rows,
        StartSkew = TimeSpan.FromMicroseconds(80),
    };

    private SeriesResult TotalSeries()
    {
        var (response, failed) = (new LatencyHistogram(), new LatencyHistogram(2));
        for (var i = 0; i < _series.Length; i++)
        {
            response.Add(_response[i]);
            failed.Add(_failed[i]);
        }

        return Samples.Series("all", Total, response, failed);
    }

    private SeriesResult SeriesOf(int i) => Samples.Series(_series[i], _counts[i], _response[i].Copy(), _failed[i].Copy());

    private static SeriesSnapshot Snapshot(string name, RunCounts counts, RunCounts interval, LatencyHistogram response, LatencyHistogram failed) => new()
    {
        Name = name,
        Counts = counts,
        Interval = interval,
        Response = response.Summary(),
        IntervalResponse = response.Summary(),
        IntervalHistogram = response,
        IntervalFailedHistogram = failed,
    };

    private void AddError(string step, int count, int second)
    {
        var text = $"status 50{_random.Next(0, 3)}";
        var at = TimeSpan.FromSeconds(second);
        var known = Errors.FindIndex(e => e.Text == text && e.Step == step);
        if (known < 0)
            Errors.Add(new ErrorRow(text, step, FailureKind.Expectation, count, at, at));
        else
            Errors[known] = Errors[known] with { Count = Errors[known].Count + count, Last = at };
    }

    private static void Record(long value, params LatencyHistogram[] to)
    {
        foreach (var histogram in to)
            histogram.Record(value);
    }

    private sealed class NoControl : IRunControl
    {
        public void Stop(string reason) => throw new InvalidOperationException("The reporter must not stop a run");
    }
}
