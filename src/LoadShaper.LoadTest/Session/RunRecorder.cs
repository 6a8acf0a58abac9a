using LoadShaper.LoadTest.Live;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Session;

/// <summary>
/// Follows a session: its files every second, its phases, thresholds with a window, abort conditions and early warnings.
/// A session has one run or several in a row; their times and counts continue.
/// </summary>
/// <param name="output">Null: no files.</param>
internal sealed class RunRecorder(ReportContext context, Scenario scenario, TimeSpan planned, OutputDirectory? output, ISessionObserver observer) : IRunObserver
{
    private readonly PhaseTracker _phases = new();
    private readonly AbortConditions _abort = new(scenario.AbortOn);
    private readonly EarlyWarnings _warnings = new(context.Machine.Cpus, context.Plan.MemoryLimitBytes ?? context.Machine.MemoryBytes);
    private readonly LiveViewBuilder _view = new(context.Name, context.Target, planned);
    private HistogramLog? _log;
    private DateTimeOffset _startedAt;
    private RunCounts _history;
    private PartOffset _part = PartOffset.None;

    public WindowTracker Windows { get; } = new(scenario.Thresholds);
    public IReadOnlyList<PhaseFigures> Phases => _phases.Figures;
    public IReadOnlyList<EarlyWarning> EarlyWarnings => _warnings.All;

    /// <summary>What follows belongs to the next run of the session.</summary>
    public void StartPart(PartOffset part) => _part = part;

    public void OnStarted(RunStarted started)
    {
        observer.OnStarted(started);
        if (_log is not null)
            return;
        _startedAt = started.At;
        _log = new HistogramLog(started.At);
        output?.Append("histograms.hlog", _log.Head);
        output?.Append("stats_history.csv", CsvFiles.HistoryHead + "\n");
    }

    public void OnInterval(IntervalSnapshot snapshot, IRunControl control)
    {
        snapshot = _part.Apply(snapshot);
        _phases.OnInterval(snapshot);
        Windows.OnInterval(snapshot);
        if (_abort.OnInterval(snapshot) is { } reason)
            control.Stop(reason);
        foreach (var warning in _warnings.OnRows(snapshot.NewRows, snapshot.Health.Cores))
            observer.OnWarning(warning.At, warning.Text);
        observer.OnView(_view.Build(snapshot, _warnings.All));
        if (output is null || snapshot.Warmup)
            return;
        foreach (var row in snapshot.NewRows.Where(r => !r.Warmup))
            output.Append("stats_history.csv", CsvFiles.HistoryRow(_startedAt, row, _history += row.Counts));
        if (_log?.Add(snapshot) is { } line)
            output.Append("histograms.hlog", line);
        output.Replace("stats.csv", CsvFiles.Stats(context, snapshot));
        output.Replace("failures.csv", CsvFiles.Failures(context, snapshot.Errors));
        output.Replace("summary.json", System.Text.Json.JsonSerializer.Serialize(SummaryBuilder.Of(context, _startedAt, planned, snapshot), ReportJson.Default.Summary));
    }

    public void OnWarning(RunWarning warning) => observer.OnWarning(warning.At, warning.Text);
}

/// <summary>Sees a session for the terminal. Called on a thread of the engine's.</summary>
public interface ISessionObserver
{
    void OnStarted(RunStarted started);

    void OnView(LiveView view);

    void OnWarning(TimeSpan at, string text);

    /// <summary>A line for the operator: output of hooks, files that cannot be written, the next phase.</summary>
    void OnMessage(string text);
}
