using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>
/// The rows of all workers as rows of the whole run. Counts, backlog, users and CPU are added; lag and memory are those of
/// the worker with the most. Percentiles come from the merged histograms of the row's seconds.
/// </summary>
internal sealed class MergedTimeline
{
    // As many as one worker makes at most.
    private const int MostRows = 20_000;

    // A report repeats the rows of at most 20 seconds.
    private const int StartsKept = 256;

    private readonly Dictionary<int, SortedSet<TimeSpan>> _starts = [];
    private readonly SortedList<TimeSpan, Row> _rows = [];
    private readonly LatencyHistogram _response = new();

    internal IReadOnlyList<TimelineRow> Rows => [.. _rows.Values.Select(row => row.ToRow())];

    /// <summary>A row that this worker reported before changes nothing.</summary>
    internal void Add(int worker, TimelineRow row)
    {
        if (!IsNew(worker, row.Start))
            return;
        var merged = Find(row.Start);
        if (merged is null)
        {
            if (_rows.Count >= MostRows)
                return;
            _rows[row.Start] = merged = new Row();
        }

        merged.Add(row);
    }

    /// <summary>Responses of the interval that ends with the next <see cref="Complete"/>.</summary>
    internal void Add(LatencyHistogram response) => _response.Add(response);

    /// <summary>The rows that end by then and were not given before.</summary>
    internal IReadOnlyList<TimelineRow> Complete(TimeSpan until)
    {
        var complete = new List<Row>();
        // Rows are completed in order, so only the last ones are looked at.
        for (var i = _rows.Count - 1; i >= 0 && !_rows.Values[i].Given; i--)
        {
            if (_rows.Values[i].End <= until)
                complete.Insert(0, _rows.Values[i]);
        }

        foreach (var row in complete)
            row.Given = true;
        if (complete.Count > 0)
        {
            complete[^1].Response = _response.Summary();
            _response.Clear();
        }

        return [.. complete.Select(row => row.ToRow())];
    }

    private bool IsNew(int worker, TimeSpan start)
    {
        if (!_starts.TryGetValue(worker, out var starts))
            _starts[worker] = starts = [];
        if ((starts.Count >= StartsKept && start < starts.Min) || !starts.Add(start))
            return false;
        if (starts.Count > StartsKept)
            starts.Remove(starts.Min);
        return true;
    }

    // A worker that joined later may have narrower rows.
    private Row? Find(TimeSpan start)
    {
        if (_rows.TryGetValue(start, out var exact))
            return exact;
        var (low, high) = (0, _rows.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_rows.Keys[middle] < start)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return high >= 0 && _rows.Values[high].End > start ? _rows.Values[high] : null;
    }

    private sealed class Row
    {
        private TimelineRow? _sum;

        internal bool Given { get; set; }
        internal LatencySummary Response { get; set; }
        internal TimeSpan End => _sum!.Start + _sum.Length;

        internal void Add(TimelineRow row) => _sum = _sum is null ? row : _sum with
        {
            Length = row.Length > _sum.Length ? row.Length : _sum.Length,
            Counts = _sum.Counts + row.Counts,
            LagP99 = Math.Max(_sum.LagP99, row.LagP99),
            InFlight = _sum.InFlight + row.InFlight,
            Backlog = _sum.Backlog + row.Backlog,
            Users = _sum.Users + row.Users,
            Cpu = _sum.Cpu + row.Cpu,
            ResidentBytes = Math.Max(_sum.ResidentBytes, row.ResidentBytes),
        };

        internal TimelineRow ToRow() => _sum! with { Response = Response };
    }
}
