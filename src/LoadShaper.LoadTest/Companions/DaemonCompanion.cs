using LoadShaper.LoadTest.Checklist;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Companions;

/// <summary>Samples the target's own view of its load (`resource_status` of /metrics) beside the client's figures.</summary>
public sealed class DaemonCompanion : ISessionCompanion
{
    private const int MostTexts = 20;
    private const int MostMissedAtStart = 3;
    private readonly string _url;
    private readonly Func<CancellationToken, Task<DaemonFacts?>> _read;
    private readonly Sampling _sampling;
    private readonly List<(TimeSpan At, DaemonFacts Facts)> _samples = [];
    private int _missed;

    public DaemonCompanion(string url, Func<CancellationToken, Task<DaemonFacts?>> read, TimeSpan interval)
    {
        (_url, _read) = (url, read);
        _sampling = new Sampling(interval, SampleAsync);
    }

    public void Start() => _sampling.Start();

    public async Task<CompanionResult?> FinishAsync(RunResult result, IReadOnlyList<PhaseFigures> phases)
    {
        await _sampling.StopAsync();
        if (_samples.Count == 0)
            return null;
        var missed = _missed + _sampling.Failures;
        var rows = phases.Select(Phase).ToArray();
        var (warnings, violations) = (Texts(f => f.Warnings), Texts(f => f.Violations));
        return new CompanionResult(
            new ReportSection("The target's own view",
            [
                $"{_url} was asked once a second, which is one request a second more for the target: {_samples.Count} answers, {missed} refused or late{(_sampling.LastFailure is { } failure ? $" (last failure: {failure})" : "")}. The largest values of each phase.",
                .. warnings.Select(w => $"Warning: {w}"), .. violations.Select(v => $"Violation: {v}"),
            ], ["phase", "samples", "memory MB", "CPU %", "concurrent", "requests/min", "warnings", "violations"],
            [.. rows.Select(r => (IReadOnlyList<string>)[r.Phase, ReportText.Count(r.Samples), Number(r.MemoryMb), Number(r.CpuPercent), Number(r.ConcurrentRequests), Number(r.RequestsPerMinute), ReportText.Count(r.Warnings), ReportText.Count(r.Violations)])]),
            summary => summary with { ResourceStatus = new SummaryResourceStatus(_url, _samples.Count, missed, rows, warnings, violations) });
    }

    private async Task SampleAsync(TimeSpan at, CancellationToken cancel)
    {
        // A target that does not offer it is not asked for the whole test.
        if (_samples.Count == 0 && _missed + _sampling.Failures >= MostMissedAtStart)
            return;
        if (await _read(cancel) is { } facts)
            _samples.Add((at, facts));
        else
            _missed++;
    }

    private SummaryResourcePhase Phase(PhaseFigures phase)
    {
        var within = _samples.Where(s => s.At >= phase.Start && s.At < phase.Start + phase.Duration).Select(s => s.Facts).ToArray();
        return new SummaryResourcePhase(
            phase.Name, within.Length,
            within.Length == 0 ? null : within.Max(f => f.MemoryMb), within.Length == 0 ? null : within.Max(f => f.CpuPercent),
            within.Length == 0 ? null : within.Max(f => f.ConcurrentRequests), within.Length == 0 ? null : within.Max(f => f.RequestsPerMinute),
            within.Count(f => f.Warnings.Count > 0), within.Count(f => f.Violations.Count > 0));
    }

    private string[] Texts(Func<DaemonFacts, IReadOnlyList<string>> of) => [.. _samples.SelectMany(s => of(s.Facts)).Distinct().Take(MostTexts)];

    private static string Number(double? value) => value is { } number ? number.ToString("0.#", System.Globalization.CultureInfo.InvariantCulture) : "–";
}
