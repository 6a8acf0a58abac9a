using LoadShaper.LoadTest.Companions;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Verdict;

namespace LoadShaper.LoadTest.Soak;

/// <summary>Samples the process under test during a session and judges its growth at the end.</summary>
public sealed class SoakCompanion : ISessionCompanion
{
    private const int MostSamples = 10_000;
    private readonly ITargetProbe _probe;
    private readonly SoakLimits _limits;
    private readonly TimeSpan _interval;
    private readonly Sampling _sampling;
    private readonly List<TargetSample> _samples = [];
    private string? _instance;
    private bool _restarted;
    private TimeSpan _lastReading;
    private int _missed;
    private int _every = 1;
    private int _count;

    public SoakCompanion(ITargetProbe probe, SoakLimits limits, TimeSpan interval, TimeProvider? time = null)
    {
        (_probe, _limits, _interval) = (probe, limits, interval);
        _sampling = new Sampling(interval, SampleAsync, time);
    }

    public void Start() => _sampling.Start();

    public async Task<CompanionResult?> FinishAsync(RunResult result, IReadOnlyList<PhaseFigures> phases)
    {
        await _sampling.StopAsync();
        _missed += _sampling.Failures;
        var verdict = SoakJudge.Judge(_samples, _limits, _restarted, SoakJudge.HasEnded(_lastReading, _sampling.Length, _interval));
        return new CompanionResult(
            Section(verdict, result),
            summary => summary with { Soak = Summary(verdict) },
            verdict.Outcome == SoakOutcome.Passed ? null : $"soak of {_probe.Source}: {string.Join("; ", verdict.Reasons)}");
    }

    private async Task SampleAsync(TimeSpan at, CancellationToken cancel)
    {
        if (await _probe.ReadAsync(cancel) is not { } reading)
        {
            _missed++;
            return;
        }
        _lastReading = at;
        _restarted |= _instance is not null && _instance != reading.Instance;
        _instance = reading.Instance;
        // A long run keeps every second, fourth, ... sample, so that memory is bounded.
        if (_count++ % _every == 0)
            _samples.Add(new TargetSample(at, reading.RssBytes, reading.Descriptors, reading.Threads));
        if (_samples.Count < MostSamples)
            return;
        for (var i = _samples.Count - 1; i > 0; i -= 2)
            _samples.RemoveAt(i);
        _every *= 2;
    }

    private ReportSection Section(SoakVerdict verdict, RunResult result) => new("Soak",
    [
        $"{_probe.Source}: {verdict.Outcome.ToString().ToLowerInvariant()}{(verdict.Reasons.Count == 0 ? "" : $" ({string.Join("; ", verdict.Reasons)})")}. {_samples.Count} samples, {_missed} missed readings{(_sampling.LastFailure is { } failure ? $" (last failure: {failure})" : "")}; the first tenth of the time is not judged.",
        $"Memory changed by {ReportText.Bytes(Math.Abs(verdict.Slope) < 1 ? 0 : (long)verdict.Slope)} an hour (median of all slopes), peak {ReportText.Bytes(verdict.RssPeak)}.",
        // The load was sent, so growth is judged; only the latencies are not the target's own.
        .. RunVerdict.Of(result).Reasons.Where(r => r.Code is "lag" or "run_queue").Select(r => $"The latencies of this run are not valid: {r.Text}."),
    ], ["", "start", "end", "limit of growth"],
    [
        ["memory", ReportText.Bytes(verdict.RssStart), ReportText.Bytes(verdict.RssEnd), ReportText.Bytes(_limits.RssDeltaBytes)],
        ["file descriptors", Count(verdict.DescriptorsStart), Count(verdict.DescriptorsEnd), ReportText.Count(_limits.DescriptorDelta)],
        ["threads", Count(verdict.ThreadsStart), Count(verdict.ThreadsEnd), ReportText.Count(_limits.ThreadDelta)],
    ]);

    private SummarySoak Summary(SoakVerdict v) => new(
        _probe.Source, v.Outcome.ToString().ToLowerInvariant(), v.Reasons, _samples.Count, Math.Round(v.Judged.TotalSeconds, 3), v.RssStart, v.RssEnd, v.RssPeak, v.RssDelta,
        Math.Round(v.Slope), v.DescriptorsStart, v.DescriptorsEnd, v.ThreadsStart, v.ThreadsEnd, _missed);

    private static string Count(long? value) => value is { } count ? ReportText.Count(count) : "–";
}
