using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Live;

/// <summary>
/// Signs of trouble while a run goes on: response times that rise, errors that climb, an own CPU or memory use above 85 %.
/// Each is reported when it begins, and again only after it was over for 30 rows.
/// </summary>
/// <param name="cpus">Of the machine.</param>
/// <param name="memoryBytes">The limit of the run, or the machine's memory; 0 when unknown.</param>
public sealed class EarlyWarnings(int cpus, long memoryBytes)
{
    public const double MostUse = 0.85;

    /// <summary>Rows that are compared with the rows before them.</summary>
    public const int Span = 10;

    /// <summary>p95 has to rise by half from one span to the next but one.</summary>
    public const double LatencyFactor = 1.5;
    public const double LeastErrorRate = 0.01;
    private const int Quiet = 30;
    private const int MostWarnings = 100;

    private readonly Queue<TimelineRow> _rows = new();
    private readonly Dictionary<string, int> _quiet = [];
    private int _cores;

    public List<EarlyWarning> All { get; } = [];

    /// <summary>The warnings that begin with these rows.</summary>
    /// <param name="cores">Of all machines of a distributed run; 0: those of this machine.</param>
    public IReadOnlyList<EarlyWarning> OnRows(IReadOnlyList<TimelineRow> rows, int cores = 0)
    {
        var before = All.Count;
        _cores = cores > 0 ? cores : cpus;
        foreach (var row in rows)
            if (!row.Warmup)
                OnRow(row);
        return All[before..];
    }

    private void OnRow(TimelineRow row)
    {
        _rows.Enqueue(row);
        if (_rows.Count > 3 * Span)
            _rows.Dequeue();
        var at = row.Start + row.Length;
        var recent = _rows.ToArray();
        if (recent.Length == 3 * Span)
        {
            var (first, middle, last) = (P95(recent[..Span]), P95(recent[Span..(2 * Span)]), P95(recent[(2 * Span)..]));
            Judge(at, "latency.rising", first > 0 && middle > first && last > middle && last >= first * LatencyFactor,
                () => $"p95 rose from {MetricText.Latency(first)} to {MetricText.Latency(last)} within {3 * Span} rows.");
        }
        if (recent.Length >= 2 * Span)
        {
            var (earlier, now) = (ErrorRate(recent[^(2 * Span)..^Span]), ErrorRate(recent[^Span..]));
            Judge(at, "errors.rising", now >= LeastErrorRate && now >= 2 * earlier,
                () => $"The error rate rose from {MetricText.Share(Math.Round(earlier, 4))} to {MetricText.Share(Math.Round(now, 4))}.");
        }
        if (recent.Length >= 3)
        {
            var cpu = recent[^3..].Min(r => r.Cpu) / _cores;
            Judge(at, "generator.cpu", cpu > MostUse,
                () => $"The load generator uses {MetricText.Share(Math.Round(cpu, 3))} of the machine's CPU; above 85 % it measures itself. Use fewer requests a second or another machine.");
        }
        var memory = memoryBytes > 0 ? (double)row.ResidentBytes / memoryBytes : 0;
        Judge(at, "generator.memory", memory > MostUse,
            () => $"The load generator uses {MetricText.Share(Math.Round(memory, 3))} of its memory.");
    }

    private void Judge(TimeSpan at, string code, bool holds, Func<string> text)
    {
        if (!holds)
        {
            if (_quiet.TryGetValue(code, out var rows))
                _quiet[code] = rows + 1;
            return;
        }
        if ((!_quiet.TryGetValue(code, out var quiet) || quiet >= Quiet) && All.Count < MostWarnings)
            All.Add(new EarlyWarning(at, code, text()));
        _quiet[code] = 0;
    }

    private static double P95(TimelineRow[] rows)
    {
        var measured = rows.Where(r => r.Response.Count > 0).Select(r => (double)r.Response.P95).ToArray();
        return measured.Length == 0 ? 0 : Comparison.Comparer.Median(measured);
    }

    private static double ErrorRate(TimelineRow[] rows) => rows.Aggregate(default(RunCounts), (sum, row) => sum + row.Counts).ErrorRate;
}
