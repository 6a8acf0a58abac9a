using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>What one worker reported so far. Histograms stay encoded, so that a hundred workers take little memory.</summary>
/// <param name="forWorker">Name of the lost worker whose part it is; null for the worker's own part.</param>
internal sealed class MergedWorker(WorkerIdentity identity, IReadOnlyList<string> series, string? forWorker)
{
    // Reports this far behind the last snapshot are not looked at any more.
    private const int SequencesKept = 64;

    private readonly HashSet<long> _seen = [];
    private readonly Dictionary<(string, string, FailureKind), ErrorRow> _errors = [];
    private readonly List<WorkerReport> _pending = [];
    private List<WorkerReport> _deltas = [];
    private WorkerReport? _latest;
    private WorkerReport? _snapshot;
    private long _received;
    private long _shownSequence = -1;

    internal WorkerIdentity Identity => identity;
    internal string? For => forWorker;

    /// <summary>Name in messages.</summary>
    internal string Label => forWorker is null ? identity.Name : $"{identity.Name} (for {forWorker})";
    internal string? LostReason { get; private set; }
    internal TimeSpan LostAfter { get; private set; }

    /// <summary>When the loss was noticed; null without one.</summary>
    internal TimeSpan? LostAt { get; private set; }
    internal WorkerEnd? End => _latest?.End;
    internal bool Ended => End is not null || LostReason is not null;

    /// <summary>End of the last second that was reported; null before.</summary>
    internal TimeSpan? Elapsed { get; private set; }

    /// <summary>The newest report.</summary>
    internal WorkerReport? Latest => _latest;

    /// <summary>The newest report that the observer has seen.</summary>
    internal WorkerReport? Shown { get; private set; }

    internal IEnumerable<ErrorRow> Errors => _errors.Values;

    /// <summary>End of the earliest report that was not shown yet.</summary>
    internal TimeSpan? EarliestPending => _pending.Count == 0 ? null : _pending.Min(report => report.Elapsed);

    /// <summary>Reports that are missing between the first and the newest one.</summary>
    internal long Missed => _latest is null ? 0 : _latest.Sequence + 1 - _received;

    /// <summary>False when the report was seen before or comes after the end.</summary>
    internal bool Accept(WorkerReport report)
    {
        if (Ended && (LostReason is not null || report.Kind == WorkerReportKind.Final))
            return false;
        if (report.Sequence < 0 || report.Sequence <= (_snapshot?.Sequence ?? 0) - SequencesKept || !_seen.Add(report.Sequence))
            return false;
        _received++;
        _pending.Add(report);
        foreach (var error in report.Errors)
            Take(error);
        if (report.Sequence >= (_latest?.Sequence ?? -1))
            _latest = report;
        if (Elapsed is null || report.Elapsed > Elapsed)
            Elapsed = report.Elapsed;
        if (report.Kind == WorkerReportKind.Delta)
        {
            if (report.Sequence > (_snapshot?.Sequence ?? -1))
                _deltas.Add(report);
        }
        else if (report.Sequence > (_snapshot?.Sequence ?? -1))
        {
            _snapshot = report;
            _deltas = [.. _deltas.Where(delta => delta.Sequence > report.Sequence)];
            _seen.RemoveWhere(sequence => sequence <= report.Sequence - SequencesKept);
        }

        return true;
    }

    internal void Lose(TimeSpan at, string reason)
    {
        LostAt = at;
        LostReason = reason;
        LostAfter = End?.Duration ?? Elapsed ?? TimeSpan.Zero;
    }

    /// <summary>Takes the reports up to a time that were not taken before, in their order.</summary>
    internal List<WorkerReport> Take(TimeSpan until)
    {
        var taken = _pending.Where(report => report.Elapsed <= until).OrderBy(report => report.Sequence).ToList();
        if (taken.Count == 0)
            return taken;
        _pending.RemoveAll(report => report.Elapsed <= until);
        if (taken[^1].Sequence > _shownSequence)
            (Shown, _shownSequence) = (taken[^1], taken[^1].Sequence);
        return taken;
    }

    /// <summary>Adds what was measured since the start: the last snapshot and the deltas after it.</summary>
    /// <param name="index">Of the series; -1 for the total.</param>
    /// <param name="windowed">Histograms that start empty again and again: only those of the last snapshot belong together.</param>
    internal void AddTo(MergedSeries to, int index, bool windowed)
    {
        if (_latest is null)
            return;
        to.Counts += Of(_latest, index).Counts;
        if (_snapshot is not null)
        {
            var series = Of(_snapshot, index);
            series.Cumulative?.Response.AddTo(to.Response);
            series.Cumulative?.FailedResponse.AddTo(to.FailedResponse);
            series.Cumulative?.Service.AddTo(to.Service);
            for (var i = 0; i < to.StatusClasses.Length; i++)
                to.StatusClasses[i] += series.StatusClasses[i];
        }

        if (windowed)
            return;
        foreach (var delta in _deltas)
        {
            Of(delta, index).Response.AddTo(to.Response);
            Of(delta, index).FailedResponse.AddTo(to.FailedResponse);
        }
    }

    /// <summary>The result of this worker alone, without its single series and rows.</summary>
    internal RunResult Result(RunPlan plan, TimeSpan planned, DateTimeOffset startedAt)
    {
        var total = new MergedSeries();
        AddTo(total, -1, plan.Percentiles.Mode == PercentileMode.Windowed);
        return new RunResult
        {
            StartedAt = End?.StartedAt ?? startedAt,
            Duration = End?.Duration ?? TimeSpan.FromTicks(Math.Clamp(Elapsed?.Ticks ?? 0, 0, Math.Max(0, planned.Ticks))),
            PlannedDuration = planned,
            End = LostReason is null && End is not null ? End.End : RunEnd.WorkersLost,
            StopReason = LostReason ?? End?.StopReason,
            Total = total.ToResult("all"),
            Series = [],
            Warmup = _latest?.Warmup ?? default,
            Timeline = [],
            Errors = ResultMerge.Errors(Errors),
            Health = Health(),
            Echo = _latest?.Echo,
            Percentiles = plan.Percentiles,
            Warnings = _latest?.Warnings ?? [],
            StartSkew = _latest?.StartSkew,
            Faults = End?.Faults,
        };
    }

    /// <summary>The newest health, with the lag of the last snapshot.</summary>
    internal GeneratorHealth Health() => _latest is null
        ? new GeneratorHealth { Lag = new LatencyHistogram(2), Threads = [], Cpu = 0, ResidentBytesAtStart = 0, ResidentBytesPeak = 0, ResidentBytes = 0, Engine = "none" }
        : _latest.Health with { Lag = _snapshot?.Health.Lag ?? Measure.LatencyHistograms.Empty };

    /// <exception cref="FormatException">The report is of another scenario.</exception>
    internal void Check(WorkerReport report)
    {
        if (!report.Series.Select(s => s.Name).SequenceEqual(series))
            throw new FormatException($"Worker {identity.Name} reports {report.Series.Count} series that are not those of the scenario ({series.Count}); expected the same scenario and release on all machines");
    }

    internal static SeriesReport Of(WorkerReport report, int index) => index < 0 ? report.Total : report.Series[index];

    // Counts only grow, so the larger one is the newer one in any order of arrival.
    private void Take(ErrorRow error)
    {
        var key = (error.Text, error.Step, error.Kind);
        if (!_errors.TryGetValue(key, out var known) || known.Count < error.Count)
            _errors[key] = error;
    }
}

/// <summary>A sum of series.</summary>
internal sealed class MergedSeries
{
    internal RunCounts Counts { get; set; }
    internal LatencyHistogram Response { get; } = new();
    internal LatencyHistogram FailedResponse { get; } = new();
    internal LatencyHistogram Service { get; } = new();
    internal long[] StatusClasses { get; } = new long[6];

    internal SeriesResult ToResult(string name) => new()
    {
        Name = name,
        Counts = Counts,
        Response = Response,
        FailedResponse = FailedResponse,
        Service = Service,
        StatusClasses = StatusClasses,
    };
}
