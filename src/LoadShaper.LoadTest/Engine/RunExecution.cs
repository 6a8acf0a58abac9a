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
    private readonly LoadRunOptions _options;
    private readonly IReadOnlyList<AddressBook> _addresses;
    private readonly LoadSchedule _schedule;
    private readonly HealthReader _health = new();
    private readonly Collector _collector;
    private readonly ILoadEngine _engine;
    private readonly ObserverLoop? _observer;
    private readonly Lock _endLock = new();
    private readonly long _from;
    private RunEnd _end = RunEnd.Finished;
    private string? _stopReason;
    private DateTimeOffset _startedAt;

    internal RunExecution(RunPlan plan, IRunObserver? observer, IReadOnlyList<AddressBook> addresses, LoadRunOptions options)
    {
        _plan = plan;
        _options = options;
        _from = options.From.Ticks * 100;
        _addresses = addresses;
        _schedule = LoadSchedule.Of(plan.Phases, plan.Warmup);
        var series = new SeriesTable(plan);
        var errors = new ErrorCatalog(series.Names);
        var compiled = new CompiledPlan(plan, series, errors);
        _engine = new EpollEngine(compiled, _schedule, addresses, series.Names.Count, _from, options.SendLimit);
        _collector = new Collector(plan, _schedule, series, errors, _engine.Feeds, _health, _from);
        if (observer is not null)
            _observer = new ObserverLoop(observer, new SnapshotBuilder(_collector, _schedule, _engine, options), this, e => End(RunEnd.EngineFailed, $"Observer failed: {e.Message}"));
    }

    internal async Task<RunResult> RunAsync(CancellationToken cancellation)
    {
        _engine.Prepare(_health, reason => End(RunEnd.EngineFailed, reason));
        var now = RunClock.Monotonic;
        var origin = _options.StartAt ?? now + StartDelay.Ticks * 100 - _from;
        var late = TimeSpan.FromTicks((now - origin - _from) / 100);
        if (late > _options.LatestStart)
            return Refused(late);
        _engine.Start(origin);
        _startedAt = DateTimeOffset.UtcNow + TimeSpan.FromTicks((origin - now) / 100) + _plan.Warmup;
        using var interrupt = cancellation.Register(() => End(RunEnd.Interrupted, LoadRun.Interrupted));
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

    private RunResult Refused(TimeSpan late)
    {
        // The threads wait for the start; they end at once because they are stopped.
        _engine.Stop();
        _engine.Start(RunClock.Monotonic);
        return NotStarted(_plan, RunEnd.StartMissed, string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"The start was missed by {late.TotalMilliseconds:0} ms (limit {_options.LatestStart.TotalMilliseconds:0} ms); nothing was sent. The machine was too slow or its clock differs: repeat the run, or use another machine"));
    }

    private static TimeSpan Planned(LoadSchedule schedule) => TimeSpan.FromTicks((schedule.End - schedule.WarmupEnd) / 100);

    private void Collect()
    {
        while (true)
        {
            var second = _collector.Drain();
            EndAtLimit();
            if (_collector.Memory == RssState.Stop)
                End(RunEnd.MemoryLimit, _collector.LastMemoryText);
            if (second)
                _observer?.Signal();
            if (_engine.Feeds.All(feed => feed.Ended))
                break;
            Thread.Sleep(CollectEvery);
        }

        EndAtLimit();
        _collector.Complete();
    }

    private void EndAtLimit()
    {
        if (_engine.LimitPassed)
            End(RunEnd.Interrupted, "The permission to send expired");
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
            StartSkew = _options.StartAt is not null && _engine.StartSkew is { } skew ? TimeSpan.FromTicks(skew / 100) : null,
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
