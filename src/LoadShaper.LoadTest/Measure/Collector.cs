using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Measure;

/// <summary>
/// Takes the outcomes of all engine threads, and keeps counts, histograms, timeline and errors. Outcomes of a second are
/// taken over up to each thread's mark of that second, so every row holds exactly its second.
/// </summary>
internal sealed class Collector
{
    private readonly RunPlan _plan;
    private readonly LoadSchedule _schedule;
    private readonly IReadOnlyList<EngineFeed> _feeds;
    private readonly ErrorCatalog _errors;
    private readonly ErrorCounts _errorCounts = new();
    private readonly Timeline _timeline = new();
    private readonly LatencyHistogram _lag = new(2);
    private readonly HealthReader _health;
    private readonly RssLimit _memory;
    private readonly List<TimelineRow> _newRows = [];
    private readonly bool _oneSeries;
    private RunCounts _warmup;
    private long _secondStart;
    private TimeSpan _windowStart;
    private bool _measuring;

    internal Collector(RunPlan plan, LoadSchedule schedule, SeriesTable series, ErrorCatalog errors, IReadOnlyList<EngineFeed> feeds, HealthReader health, long from = 0)
    {
        (_plan, _schedule, _errors, _feeds, _health) = (plan, schedule, errors, feeds, health);
        _memory = new RssLimit(plan.MemoryLimitBytes);
        Total = new SeriesStats("all", total: true);
        // With one step the total is that step's; there is no need to record twice.
        _oneSeries = series.Names.Count == 1;
        Series = [.. series.Names.Select(name => new SeriesStats(name, total: _oneSeries))];
        _secondStart = from == 0 ? 0 : schedule.SecondAt(from);
        _measuring = schedule.WarmupEnd <= _secondStart;
        HasEcho = plan.Flows.Any(flow => flow.Steps.Any(step => step is EchoStep));
    }

    internal Lock Gate { get; } = new();
    internal SeriesStats Total { get; }
    internal IReadOnlyList<SeriesStats> Series { get; }
    internal List<RunWarning> Warnings { get; } = [];

    /// <summary>Seconds that were completed; the observer is due when it changes.</summary>
    internal long Seconds { get; private set; }

    internal RssState Memory => _memory.State;
    internal string LastMemoryText { get; private set; } = "";
    internal bool HasEcho { get; }
    internal int InFlight { get; private set; }
    internal int Users { get; private set; }

    /// <summary>End of the last completed second, from the end of the warm-up.</summary>
    internal TimeSpan Elapsed { get; private set; }

    internal IReadOnlyList<TimelineRow> Rows => _timeline.Rows;

    /// <summary>Takes over what is there. True when at least one second was completed.</summary>
    internal bool Drain()
    {
        lock (Gate)
        {
            var before = Seconds;
            while (DrainSecond())
                EndSecond();
            return Seconds != before;
        }
    }

    internal IReadOnlyList<TimelineRow> TakeNewRows()
    {
        TimelineRow[] rows = [.. _newRows];
        _newRows.Clear();
        return rows;
    }

    internal RunCounts CountsOf(int series) => Counts(series, Series[series]);

    internal RunCounts CountsOfTotal()
    {
        var sum = default(RunCounts);
        for (var i = 0; i < Series.Count; i++)
            sum += CountsOf(i);
        return sum;
    }

    internal RunCounts CountsOfWarmup()
    {
        var sum = Sum(feed => feed.Counters.Warmup);
        return WithDerived(_warmup + sum);
    }

    internal SeriesStats TotalStats => _oneSeries ? Series[0] : Total;

    internal IReadOnlyList<ErrorRow> ErrorRows() => _errorCounts.Rows(_errors);

    internal EchoCounts Echo() => _feeds.Aggregate(default(EchoCounts), (sum, feed) => sum + feed.Counters.Echo);

    internal GeneratorHealth Health(string engine, string? limit) =>
        _health.ToHealth(_lag.Copy(), engine, limit, _feeds.Sum(feed => feed.Ring.Stalls));

    internal void Warn(string code, string text) => Warnings.Add(new RunWarning(Elapsed, code, text));

    /// <summary>The last, unfinished row of the timeline, after every feed ended.</summary>
    internal void Complete()
    {
        lock (Gate)
        {
            if (_timeline.Flush() is { } row)
                _newRows.Add(row);
        }
    }

    // Every feed up to its next mark. True when all that have not ended reached one.
    private bool DrainSecond()
    {
        var (marks, waiting) = (0, 0);
        foreach (var feed in _feeds)
        {
            while (feed.Mark is null && feed.Ring.TryRead(out var outcome))
            {
                if ((outcome.Flags & OutcomeFlags.Tick) != 0)
                    feed.Mark = outcome;
                else
                    OnOutcome(outcome);
            }

            if (feed.Mark is not null)
                marks++;
            else if (!feed.Ended)
                waiting++;
        }

        return marks > 0 && waiting == 0;
    }

    private void OnOutcome(in Outcome outcome)
    {
        if ((outcome.Flags & OutcomeFlags.Warmup) != 0)
        {
            var failed = (outcome.Flags & OutcomeFlags.Failed) != 0;
            var connectFailed = (outcome.Flags & OutcomeFlags.ConnectFailed) != 0;
            _warmup += new RunCounts
            {
                Completed = failed ? 0 : 1,
                Failed = failed ? 1 : 0,
                ConnectFailed = connectFailed ? 1 : 0,
                BytesSent = outcome.BytesSent,
                BytesReceived = outcome.BytesReceived,
            };
            _timeline.OnOutcome(outcome, latencies: true);
            return;
        }

        var latencies = (outcome.Flags & OutcomeFlags.Sampled) != 0;
        Series[outcome.Series].OnOutcome(outcome, latencies);
        if (!_oneSeries)
            Total.OnOutcome(outcome, latencies);
        _timeline.OnOutcome(outcome, latencies);
        if (latencies)
            _lag.Record(outcome.Lag);
        if ((outcome.Flags & OutcomeFlags.Failed) != 0)
            _errorCounts.Add(outcome.Error, TimeSpan.FromTicks((outcome.End - _schedule.WarmupEnd) / 100));
    }

    private void EndSecond()
    {
        var (start, end) = (_secondStart, _secondStart);
        var sent = default(RunCounts);
        (InFlight, Users) = (0, 0);
        foreach (var feed in _feeds)
        {
            if (feed.Mark is not { } mark)
                continue;
            end = Math.Max(end, mark.End);
            sent += new RunCounts { Offered = mark.Response, Sent = mark.Service, Late = mark.Lag };
            InFlight += (int)mark.BytesSent;
            Users += (int)mark.BytesReceived;
            feed.Mark = null;
        }

        _secondStart = end;
        Elapsed = TimeSpan.FromTicks((end - _schedule.WarmupEnd) / 100);
        var cpu = _health.Update(Elapsed);
        var row = _timeline.EndSecond(MarkRow(start, end, cpu), sent);
        if (row is not null)
            _newRows.Add(row);
        if (!_measuring && end >= _schedule.WarmupEnd)
        {
            _measuring = true;
            _health.Restart(Elapsed);
        }

        EndWindow();
        GuardMemory();
        Seconds++;
    }

    private TimelineRow MarkRow(long start, long end, double cpu) => new()
    {
        Start = TimeSpan.FromTicks((start - _schedule.WarmupEnd) / 100),
        Length = TimeSpan.FromTicks((end - start) / 100),
        Counts = default,
        Response = default,
        InFlight = InFlight,
        Users = Users,
        PlannedRate = _schedule.PlannedRate(start),
        Backlog = Math.Max(0, CountsOfTotal().Unsent),
        Cpu = cpu,
        ResidentBytes = _health.ResidentBytes,
        Warmup = start < _schedule.WarmupEnd,
    };

    private void EndWindow()
    {
        if (_plan.Percentiles.Mode != PercentileMode.Windowed || Elapsed - _windowStart < _plan.Percentiles.Window)
            return;
        _windowStart = Elapsed;
        foreach (var series in Series)
            series.EndWindow();
        if (!_oneSeries)
            Total.EndWindow();
    }

    private void GuardMemory()
    {
        if (!_memory.Update(_health.ResidentBytes))
            return;
        LastMemoryText = _memory.Text(_health.ResidentBytes);
        Warn(_memory.State switch { RssState.Warning => "memory.warning", RssState.TotalsOnly => "memory.totals_only", _ => "memory.limit" }, LastMemoryText);
        if (_memory.State < RssState.TotalsOnly || _oneSeries)
            return;
        foreach (var series in Series)
            series.DropHistograms();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private RunCounts Counts(int index, SeriesStats series) => WithDerived(new RunCounts
    {
        Offered = _feeds.Sum(feed => Volatile.Read(ref feed.Counters.Measured.Offered[index])),
        Sent = _feeds.Sum(feed => Volatile.Read(ref feed.Counters.Measured.Sent[index])),
        Late = _feeds.Sum(feed => Volatile.Read(ref feed.Counters.Measured.Late[index])),
        Completed = series.Completed,
        Failed = series.Failed,
        ConnectFailed = series.ConnectFailed,
        BytesSent = series.BytesSent,
        BytesReceived = series.BytesReceived,
    });

    private RunCounts Sum(Func<EngineFeed, EngineCounters.Group> group) => new()
    {
        Offered = _feeds.Sum(feed => group(feed).Offered.Sum()),
        Sent = _feeds.Sum(feed => group(feed).Sent.Sum()),
        Late = _feeds.Sum(feed => group(feed).Late.Sum()),
    };

    private static RunCounts WithDerived(RunCounts counts) => counts with
    {
        Unsent = counts.Offered - counts.Sent,
        Unfinished = counts.Sent - counts.Completed - counts.Failed,
    };
}
