using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine;

/// <summary>One run from the start of its threads to its result.</summary>
internal sealed class RunExecution : IRunControl, IDisposable
{
    private static readonly TimeSpan StartDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CollectEvery = TimeSpan.FromMilliseconds(25);

    private readonly RunPlan _plan;
    private readonly IReadOnlyList<AddressBook> _addresses;
    private readonly LoadSchedule _schedule;
    private readonly HealthReader _health = new();
    private readonly Collector _collector;
    private readonly ILoadEngine _engine;
    private readonly ObserverLoop? _observer;
    private readonly Lock _endLock = new();
    private RunEnd _end = RunEnd.Finished;
    private string? _stopReason;
    private DateTimeOffset _startedAt;

    internal RunExecution(RunPlan plan, IRunObserver? observer, IReadOnlyList<AddressBook> addresses)
    {
        _plan = plan;
        _addresses = addresses;
        _schedule = LoadSchedule.Of(plan.Phases, plan.Warmup);
        var series = new SeriesTable(plan);
        var errors = new ErrorCatalog(series.Names);
        var compiled = new CompiledPlan(plan, series, errors);
        _engine = new EpollEngine(compiled, _schedule, addresses, series.Names.Count);
        _collector = new Collector(plan, _schedule, series, errors, _engine.Feeds, _health);
        if (observer is not null)
            _observer = new ObserverLoop(observer, new SnapshotBuilder(_collector, _schedule, _engine), this, e => End(RunEnd.EngineFailed, $"Observer failed: {e.Message}"));
    }

    internal async Task<RunResult> RunAsync(CancellationToken cancellation)
    {
        _engine.Start(StartDelay, _health, reason => End(RunEnd.EngineFailed, reason));
        _startedAt = DateTimeOffset.UtcNow + StartDelay + _plan.Warmup;
        using var interrupt = cancellation.Register(() => End(RunEnd.Interrupted, "Interrupted"));
        _observer?.Start(new RunStarted(_startedAt, Planned(_schedule), _engine.Feeds.Count, _engine.Name, AddressTexts()));
        await Task.Factory.StartNew(Collect, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        _engine.Release();
        if (_observer is not null)
            await _observer.FinishAsync().ConfigureAwait(false);
        return Result();
    }

    public void Stop(string reason) => End(RunEnd.Aborted, reason);

    public void Dispose() => _engine.Dispose();

    internal static RunResult NotStarted(RunPlan plan, RunEnd end, string reason)
    {
        var series = new SeriesTable(plan);
        return new RunResult
        {
            StartedAt = DateTimeOffset.UtcNow,
            Duration = TimeSpan.Zero,
            PlannedDuration = Planned(LoadSchedule.Of(plan.Phases, plan.Warmup)),
            End = end,
            StopReason = reason,
            Total = new SeriesStats("all", total: true).ToResult(default),
            Series = [.. series.Names.Select(name => new SeriesStats(name, total: false).ToResult(default))],
            Warmup = default,
            Timeline = [],
            Errors = [],
            Health = new HealthReader().ToHealth(new LatencyHistogram(), "none", null, 0),
            Percentiles = plan.Percentiles,
        };
    }

    private static TimeSpan Planned(LoadSchedule schedule) => TimeSpan.FromTicks((schedule.End - schedule.WarmupEnd) / 100);

    private void Collect()
    {
        while (true)
        {
            var second = _collector.Drain();
            if (_collector.Memory == MemoryState.Stop)
                End(RunEnd.MemoryLimit, _collector.LastMemoryText);
            if (second)
                _observer?.Signal();
            if (_engine.Feeds.All(feed => feed.Ended))
                break;
            Thread.Sleep(CollectEvery);
        }

        _collector.Complete();
    }

    private void End(RunEnd end, string reason)
    {
        lock (_endLock)
        {
            if (_stopReason is null)
                (_end, _stopReason) = (end, reason);
        }

        _engine.Stop();
    }

    private List<string> AddressTexts() =>
        [.. _plan.Targets.SelectMany((target, i) => _addresses[i].Addresses.Select(address => $"{target.Name}: {address.Text}"))];

    private RunResult Result()
    {
        AddFinalWarnings();
        var total = _collector.TotalStats.ToResult(_collector.CountsOfTotal()) with { Name = "all" };
        var stopped = Math.Clamp(_engine.StoppedAt ?? _schedule.End, _schedule.WarmupEnd, _schedule.End);
        return new RunResult
        {
            StartedAt = _startedAt,
            Duration = TimeSpan.FromTicks((_end == RunEnd.Finished ? _schedule.End - _schedule.WarmupEnd : stopped - _schedule.WarmupEnd) / 100),
            PlannedDuration = Planned(_schedule),
            End = _end,
            StopReason = _stopReason,
            Total = total,
            Series = [.. _collector.Series.Select((series, i) => series.ToResult(_collector.CountsOf(i)))],
            Warmup = _collector.CountsOfWarmup(),
            Timeline = _collector.Rows,
            Errors = _collector.ErrorRows(),
            Health = _collector.Health(_engine.Name, _engine.Limit),
            Echo = _collector.HasEcho ? _collector.Echo() : null,
            Percentiles = _plan.Percentiles,
            Warnings = _collector.Warnings,
        };
    }

    private void AddFinalWarnings()
    {
        var unsolicited = _engine.Feeds.Sum(feed => feed.Counters.UnsolicitedBytes);
        if (unsolicited > 0)
            _collector.Warn("connection.unsolicited", $"{unsolicited} bytes arrived on connections without a request; those connections were closed");
        if (_engine.Limit is { } limit)
            _collector.Warn("engine.limit", limit);
    }
}
