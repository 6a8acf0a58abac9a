using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Live;

/// <summary>What the terminal shows about a running test; a new value every second.</summary>
/// <param name="Rates">Completed requests a second of the last minute, oldest first.</param>
/// <param name="P95">Microseconds, of the same seconds; 0 without a completed request.</param>
public sealed record LiveView(
    string Name,
    string Target,
    TimeSpan Elapsed,
    TimeSpan Planned,
    string Phase,
    bool Warmup,
    double PlannedRate,
    int Users,
    int InFlight,
    double OfferedRps,
    double CompletedRps,
    double FailedRps,
    RunCounts Counts,
    LatencySummary Interval,
    LatencySummary Response,
    IReadOnlyList<LiveStep> Steps,
    IReadOnlyList<ErrorRow> Errors,
    IReadOnlyList<EarlyWarning> Warnings,
    IReadOnlyList<double> Rates,
    IReadOnlyList<double> P95,
    double Cpu,
    long ResidentBytes);

public sealed record LiveStep(string Name, RunCounts Counts, LatencySummary Response);

/// <summary>Builds the view from the intervals.</summary>
public sealed class LiveViewBuilder(string name, string target, TimeSpan planned)
{
    private const int History = 60;
    private const int MostRows = 8;
    private readonly Queue<(double Rate, double P95)> _history = new();

    public LiveView Build(IntervalSnapshot snapshot, IReadOnlyList<EarlyWarning> warnings)
    {
        var seconds = Math.Max(snapshot.Length.TotalSeconds, 1e-3);
        var interval = snapshot.Total.Interval;
        _history.Enqueue((interval.Completed / seconds, snapshot.Total.IntervalResponse.P95));
        if (_history.Count > History)
            _history.Dequeue();
        return new LiveView(
            name, target, snapshot.Elapsed, planned, snapshot.PhaseName, snapshot.Warmup, snapshot.PlannedRate, snapshot.Users, snapshot.InFlight,
            interval.Offered / seconds, interval.Completed / seconds, interval.Failed / seconds, snapshot.Total.Counts,
            snapshot.Total.IntervalResponse, snapshot.Total.Response,
            [.. snapshot.Series.Take(MostRows).Select(s => new LiveStep(s.Name, s.Counts, s.Response))],
            [.. snapshot.Errors.Take(3)],
            [.. warnings.TakeLast(3)],
            [.. _history.Select(h => h.Rate)], [.. _history.Select(h => h.P95)],
            snapshot.NewRows.Count > 0 ? snapshot.NewRows[^1].Cpu : snapshot.Health.Cpu, snapshot.Health.ResidentBytes);
    }
}
