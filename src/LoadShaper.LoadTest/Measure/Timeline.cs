using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Measure;

/// <summary>
/// Rows over time in bounded memory: 3,600 rows of 1 s, then 3,600 rows each of 10 s, 60 s, 600 s and 3,600 s. Rows are
/// made at their final width, so no percentile is ever averaged.
/// </summary>
internal sealed class Timeline
{
    internal const int RowsPerWidth = 3_600;
    private static readonly int[] Widths = [1, 10, 60, 600, 3_600];

    private readonly List<TimelineRow> _rows = [];
    private readonly LatencyHistogram _response = new();
    private readonly LatencyHistogram _lag = new(2);
    private RunCounts _counts;
    private TimelineRow? _mark;
    private int _seconds;

    internal IReadOnlyList<TimelineRow> Rows => _rows;

    /// <summary>Seconds of the row that is being filled.</summary>
    internal int Width => Widths[Math.Min(_rows.Count / RowsPerWidth, Widths.Length - 1)];

    internal void OnOutcome(in Outcome outcome, bool latencies)
    {
        var failed = (outcome.Flags & OutcomeFlags.Failed) != 0;
        _counts += new RunCounts
        {
            Completed = failed ? 0 : 1,
            Failed = failed ? 1 : 0,
            ConnectFailed = (outcome.Flags & OutcomeFlags.ConnectFailed) != 0 ? 1 : 0,
            BytesSent = outcome.BytesSent,
            BytesReceived = outcome.BytesReceived,
        };
        if (!latencies)
            return;
        _lag.Record(outcome.Lag);
        if (!failed)
            _response.Record(outcome.Response);
    }

    /// <summary>Ends a second; returns the row when it is complete.</summary>
    /// <param name="mark">Values at the end of the second; its start is the second's start.</param>
    /// <param name="sent">Offered, sent and late of the second.</param>
    internal TimelineRow? EndSecond(TimelineRow mark, RunCounts sent)
    {
        _counts += sent;
        _seconds++;
        _mark = _mark is null ? mark : mark with { Start = _mark.Start, Length = mark.Start + mark.Length - _mark.Start, PlannedRate = _mark.PlannedRate };
        // The end of the warm-up is also the end of a row.
        var warmupEnds = mark.Warmup && mark.Start + mark.Length >= TimeSpan.Zero;
        return _seconds < Width && !warmupEnds ? null : Flush();
    }

    /// <summary>Completes the row that is being filled, at the end of a run. Null when there is none.</summary>
    internal TimelineRow? Flush()
    {
        if (_mark is null)
            return null;
        var row = _mark with { Counts = _counts, Response = _response.Summary(), LagP99 = _lag.Percentile(99) };
        _rows.Add(row);
        _counts = default;
        _response.Clear();
        _lag.Clear();
        _mark = null;
        _seconds = 0;
        return row;
    }
}
