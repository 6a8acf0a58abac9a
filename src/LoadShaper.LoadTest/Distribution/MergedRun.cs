using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

/// <param name="Address">As the coordinator sees it.</param>
/// <param name="ClockOffset">Its clock minus the coordinator's.</param>
public sealed record WorkerIdentity(string Name, string Address, TimeSpan ClockOffset = default)
{
    /// <summary>Null for the worker's own part.</summary>
    public Takeover? Takeover { get; init; }
}

/// <summary>A part, or a piece of one, that a worker continues for a lost worker.</summary>
/// <param name="Lost">Position of the part that is continued.</param>
/// <param name="From">From the start of the schedule (warm-up included); earlier arrivals are not sent.</param>
public sealed record Takeover(int Lost, SchedulePartition Part, TimeSpan From);

/// <summary>
/// One run made of the reports of its workers. Deterministic: the order in which reports arrive does not change the counts
/// and percentiles of the result. Not thread-safe; the observer is called within <see cref="Start"/>, <see cref="Accept"/>
/// and <see cref="Lose"/>.
/// </summary>
public sealed class MergedRun : IRunControl
{
    /// <summary>How far the others may be ahead of a worker before an interval is shown without it.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(3);

    private readonly RunPlan _plan;
    private readonly IReadOnlyList<string> _series;
    private readonly MergedIntervals _intervals;
    private readonly MergedTimeline _timeline = new();
    private readonly List<MergedWorker> _workers = [];
    private readonly List<RunWarning> _warnings = [];
    private readonly HashSet<(int, RunWarning)> _known = [];
    private readonly LoadSchedule _schedule;
    private readonly LostShare _lostShare;
    private readonly int _parts;
    private readonly IRunObserver _observer;
    private DateTimeOffset _startedAt;
    private RunEnd _stopEnd;
    private bool _observerFailed;
    private bool _finalShown;

    /// <param name="workers">In the order of their parts; <see cref="Accept"/> uses the position.</param>
    public MergedRun(RunPlan plan, IReadOnlyList<WorkerIdentity> workers, IRunObserver observer)
    {
        (_plan, _observer) = (plan, observer);
        _series = new SeriesTable(plan).Names;
        _schedule = LoadSchedule.Of(plan.Phases, plan.Warmup);
        _workers.AddRange(workers.Select(worker => new MergedWorker(worker, _series, null)));
        _lostShare = new LostShare(plan, _schedule);
        _parts = workers.Count;
        _intervals = new MergedIntervals(_schedule, _series, _timeline);
    }

    /// <summary>Every worker finished or was lost.</summary>
    public bool Finished => _workers.All(worker => worker.Ended);

    /// <summary>Why the workers have to stop: an abort condition, an interruption, or a worker that failed. Null: they go on.</summary>
    public string? StopReason { get; private set; }

    /// <param name="startedAt">Time of the first intended request after the warm-up.</param>
    public void Start(DateTimeOffset startedAt)
    {
        _startedAt = startedAt;
        Observe(() => _observer.OnStarted(new RunStarted(startedAt, Planned, 0, _workers.Count == 1 ? "1 worker" : $"{_workers.Count} workers", [.. _workers.Select(w => $"{w.Identity.Name}: {w.Identity.Address}")])));
    }

    /// <summary>A report that was seen before, or one of a worker that was lost, changes nothing.</summary>
    /// <exception cref="FormatException">The report is of another scenario; the worker has to be given up.</exception>
    public void Accept(int worker, WorkerReport report)
    {
        var from = _workers[worker];
        from.Check(report);
        if (!from.Accept(report))
            return;
        foreach (var row in report.Rows)
            _timeline.Add(worker, row);
        foreach (var warning in report.Warnings)
        {
            if (_known.Add((worker, warning)))
                Warn(warning with { Text = $"Worker {from.Label}: {warning.Text}" });
        }

        if (report.End is { End: RunEnd.EngineFailed or RunEnd.MemoryLimit or RunEnd.StartMissed } end)
            Stop(end.End, $"Worker {from.Label}: {end.StopReason}");
        // A worker that ends without being asked to leaves as much out as one that was killed.
        else if (report.End is { End: RunEnd.Interrupted } interrupted && StopReason is null)
            MarkLost(from, interrupted.Duration, interrupted.StopReason is null or LoadRun.Interrupted ? "it was interrupted on its machine" : interrupted.StopReason);
        Show();
    }

    /// <summary>The worker is gone: what it reported stays in the result, which ends as <see cref="RunEnd.WorkersLost"/>.</summary>
    /// <param name="at">When that was noticed, from the first intended time after the warm-up.</param>
    public void Lose(int worker, TimeSpan at, string reason)
    {
        var lost = _workers[worker];
        if (lost.Ended)
            return;
        MarkLost(lost, at, reason);
        Show();
    }

    /// <summary>Adds a worker in the middle of the run, one that takes over a part of a lost one: before <see cref="Lose"/>, which may finish the run. Returns its position.</summary>
    public int Join(WorkerIdentity worker)
    {
        _workers.Add(new MergedWorker(worker, _series, NameOf(worker.Takeover)));
        return _workers.Count - 1;
    }

    /// <summary>The workers are to stop; the first reason stays.</summary>
    public void Stop(RunEnd end, string reason)
    {
        if (StopReason is null)
            (_stopEnd, StopReason) = (end, reason);
    }

    public void Stop(string reason) => Stop(RunEnd.Aborted, reason);

    /// <summary>The result up to now; complete when <see cref="Finished"/>.</summary>
    public RunResult Result()
    {
        var windowed = _plan.Percentiles.Mode == PercentileMode.Windowed;
        var workers = _workers.Select(w => w.Result(_plan, Planned, _startedAt)).ToArray();
        var duration = workers.Select(r => r.Duration).DefaultIfEmpty(TimeSpan.Zero).Max();
        // Without a worker that finished, the run went on until the last loss was noticed.
        if (_workers.All(w => w.LostAt is not null))
            duration = Later(duration, Earlier(_workers.Max(w => w.LostAt!.Value), Planned));
        var missing = Enumerable.Range(0, _workers.Count).Select(i => Missing(i, duration)).ToArray();
        for (var i = 0; i < workers.Length; i++)
            workers[i] = workers[i] with { Total = workers[i].Total with { Counts = workers[i].Total.Counts + Unsent(missing[i].Sum()) } };
        var (end, reason) = End();
        foreach (var worker in _workers.Where(w => w.Missed > 0))
            Warn(new RunWarning(worker.Elapsed ?? TimeSpan.Zero, "worker.reports_missed", $"Reports not received from worker {worker.Label}: {worker.Missed}. {(worker.End is null ? "Values since its last snapshot may be missing in the percentiles" : "Totals are complete; percentiles of single seconds are not")}"));
        var started = workers.Where((_, i) => _workers[i].End is not null).Select(r => r.StartedAt).DefaultIfEmpty(_startedAt).Min();
        return new RunResult
        {
            StartedAt = started,
            Duration = duration,
            PlannedDuration = Planned,
            End = end,
            StopReason = reason,
            Total = Sum(-1, "all", windowed, missing.Sum(m => m.Sum())),
            Series = [.. _series.Select((name, i) => Sum(i, name, windowed, missing.Sum(m => m[i])))],
            Warmup = workers.Aggregate(default(RunCounts), (sum, r) => sum + r.Warmup),
            Timeline = _timeline.Rows,
            Errors = ResultMerge.Errors(_workers.SelectMany(w => w.Errors)),
            Health = MergedHealth.Of([.. _workers.Select((w, i) => (w.Label, workers[i].Health))]),
            Echo = workers.Any(r => r.Echo is not null) ? workers.Aggregate(default(EchoCounts), (sum, r) => sum + r.Echo.GetValueOrDefault()) : null,
            Percentiles = _plan.Percentiles,
            Warnings = [.. _warnings.OrderBy(w => w.At).ThenBy(w => w.Text, StringComparer.Ordinal)],
            StartSkew = workers.Max(r => r.StartSkew),
            Workers = [.. _workers.Select((w, i) => new WorkerResult
            {
                Name = w.Identity.Name,
                For = w.For,
                Address = w.Identity.Address,
                Result = workers[i],
                ClockOffset = w.Identity.ClockOffset,
                LostReason = w.LostReason,
                LostAfter = w.LostReason is null ? null : w.LostAfter,
                MissedReports = w.Missed,
            })],
            Faults = Faults(workers),
        };
    }

    private void MarkLost(MergedWorker lost, TimeSpan at, string reason)
    {
        // A worker can have several parts; its loss is one event.
        var known = _workers.Any(w => w.LostReason is not null && w.Identity.Name == lost.Identity.Name);
        lost.Lose(at, reason);
        if (!known)
            Warn(new RunWarning(at, "worker.lost", $"Worker {lost.Identity.Name} ({lost.Identity.Address}) was lost: {reason}. Its figures end at {Seconds(lost.LostAfter)}. Later requests of its part count as unsent, except those that another worker takes over"));
    }

    private string? NameOf(Takeover? takeover) => takeover is null ? null : _workers[takeover.Lost].Identity.Name;

    private TimeSpan Planned => TimeSpan.FromTicks((_schedule.End - _schedule.WarmupEnd) / 100);

    /// <summary>Requests of each series that a lost worker did not report and no other worker took over.</summary>
    private long[] Missing(int index, TimeSpan end)
    {
        var worker = _workers[index];
        if (worker.LostAt is null)
            return new long[_series.Count];
        var takeover = worker.Identity.Takeover;
        var taken = _workers.Select(w => w.Identity.Takeover).FirstOrDefault(t => t?.Lost == index);
        var until = At(end);
        return _lostShare.Of(
            takeover?.Part ?? new SchedulePartition(index, _parts), (takeover?.From ?? TimeSpan.Zero).Ticks * 100,
            worker.Elapsed is { } reported ? At(reported) : -1, worker.Latest?.Total.Counts.Offered ?? 0,
            taken is null ? until : Math.Min(until, taken.From.Ticks * 100));
    }

    /// <summary>Nanoseconds of the schedule for a time from the end of the warm-up; a damaged report can have any time.</summary>
    private long At(TimeSpan time) => Math.Clamp(_schedule.WarmupEnd / 100 + Math.Clamp(time.Ticks, -TimeSpan.TicksPerDay, _schedule.End / 100), 0, _schedule.End / 100) * 100;

    private static RunCounts Unsent(long count) => new() { Offered = count, Unsent = count };

    private SeriesResult Sum(int index, string name, bool windowed, long missing)
    {
        var sum = new MergedSeries { Counts = Unsent(missing) };
        foreach (var worker in _workers)
            worker.AddTo(sum, index, windowed);
        return sum.ToResult(name);
    }

    /// <summary>The causes in the order of the exit codes: interrupted, failed, memory limit, workers lost, aborted.</summary>
    private (RunEnd, string?) End()
    {
        if (StopReason is not null && _stopEnd != RunEnd.Aborted)
            return (_stopEnd, StopReason);
        var lost = _workers.Where(w => w.LostReason is not null).ToArray();
        if (lost.Length > 0)
        {
            // A worker can have several parts.
            var names = lost.GroupBy(w => w.Identity.Name).ToArray();
            var all = _workers.Select(w => w.Identity.Name).Distinct().Count();
            return (RunEnd.WorkersLost, $"{names.Length} of {all} workers lost: {string.Join("; ", names.Select(n => $"{n.Key} after {Seconds(n.Max(w => w.LostAfter))} ({n.First().LostReason})"))}");
        }

        return StopReason is null ? (RunEnd.Finished, null) : (RunEnd.Aborted, StopReason);
    }

    private static Dictionary<string, long>? Faults(RunResult[] workers) => workers.All(r => r.Faults is null)
        ? null
        : workers.SelectMany(r => r.Faults ?? new Dictionary<string, long>()).GroupBy(f => f.Key).ToDictionary(g => g.Key, g => g.Sum(f => f.Value));

    private void Show()
    {
        if (_finalShown)
            return;
        foreach (var snapshot in _intervals.Next(_workers, Finished))
        {
            Observe(() => _observer.OnInterval(snapshot, this));
            _finalShown |= snapshot.Final;
        }
    }

    private void Warn(RunWarning warning)
    {
        // A loss can be noticed after the end, and an event of the warm-up has a negative time.
        warning = warning with { At = Earlier(Later(warning.At, TimeSpan.Zero), Planned) };
        if (_warnings.Contains(warning))
            return;
        _warnings.Add(warning);
        Observe(() => _observer.OnWarning(warning));
    }

    // A failure of the observer ends the run, as in a run of one process.
    private void Observe(Action call)
    {
        if (_observerFailed)
            return;
        try
        {
            call();
        }
        catch (Exception e)
        {
            _observerFailed = true;
            Stop(RunEnd.EngineFailed, $"Observer failed: {e.Message}");
        }
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static string Seconds(TimeSpan time) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0.#} s");
}
