using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Thresholds;

/// <summary>
/// Follows the conditions with a window: consecutive windows of that length from the end of the warm-up. It holds one
/// histogram for each condition; its size does not depend on the length of the run.
/// </summary>
public sealed class WindowTracker
{
    private readonly IReadOnlyList<Window> _windows;

    /// <param name="conditions">Thresholds and abort conditions; those without a window are ignored.</param>
    public WindowTracker(IEnumerable<Threshold> conditions) =>
        _windows = [.. conditions.Where(c => c.Over is not null).Distinct().Select(c => new Window(c))];

    /// <summary>Folds one interval. Returns the conditions whose window ended now with a value that meets them.</summary>
    public IReadOnlyList<ThresholdOutcome> OnInterval(IntervalSnapshot snapshot)
    {
        List<ThresholdOutcome>? met = null;
        if (!snapshot.Warmup)
            foreach (var window in _windows)
                if (window.Add(snapshot) is { Passed: true } outcome)
                    (met ??= []).Add(outcome);
        return (IReadOnlyList<ThresholdOutcome>?)met ?? [];
    }

    /// <summary>Whether every complete window met the condition.</summary>
    public ThresholdOutcome Outcome(Threshold threshold) =>
        _windows.FirstOrDefault(w => w.Condition == threshold)?.Outcome()
        ?? new ThresholdOutcome(threshold, null, false, "no data: the run was not observed");

    private sealed class Window(Threshold condition)
    {
        private readonly LatencyHistogram _response = new();
        private RunCounts _counts;
        private TimeSpan _length;
        private TimeSpan _ended;
        private int _complete;
        private ThresholdOutcome? _failed;
        private double? _worst;

        public Threshold Condition => condition;

        public ThresholdOutcome? Add(IntervalSnapshot snapshot)
        {
            var series = condition.Step is null || snapshot.PhaseName == condition.Step
                ? snapshot.Total
                : snapshot.Series.FirstOrDefault(s => s.Name == condition.Step);
            if (series is null)
                return null;
            _counts += series.Interval;
            _response.Add(series.IntervalHistogram);
            _length += snapshot.Length;
            _ended = snapshot.Elapsed;
            // Intervals are about a second long; a window that misses its length by less than half of one is complete.
            return _length + snapshot.Length / 2 >= condition.Over ? Close() : null;
        }

        public ThresholdOutcome Outcome()
        {
            if (_failed is not null)
                return _failed;
            return _complete == 0
                ? new ThresholdOutcome(condition, null, false, $"no data: no complete window of {Scenarios.Units.Format(condition.Over!.Value)}")
                : new ThresholdOutcome(condition, _worst, true, _complete == 1 ? "in 1 window" : $"the worst of {_complete} windows");
        }

        private ThresholdOutcome Close()
        {
            var measurement = new Measurement(_counts, _response, _length);
            var value = measurement.Value(condition.Metric);
            var start = _ended - _length;
            var detail = $"from {Scenarios.Units.Format(TimeSpan.FromSeconds(Math.Max(0, Math.Round(start.TotalSeconds))))} to {Scenarios.Units.Format(TimeSpan.FromSeconds(Math.Round(_ended.TotalSeconds)))}";
            var outcome = value is { } measured
                ? new ThresholdOutcome(condition, measured, condition.IsMetBy(measured), detail)
                : new ThresholdOutcome(condition, null, false, $"{ThresholdEvaluator.NoData(condition, measurement)} {detail}");
            _complete++;
            if (_worst is null || value > _worst == condition.Operator is ThresholdOperator.Less or ThresholdOperator.LessOrEqual)
                _worst = value;
            if (!outcome.Passed)
                _failed ??= outcome;
            _counts = default;
            _response.Clear();
            _length = TimeSpan.Zero;
            return outcome;
        }
    }
}
