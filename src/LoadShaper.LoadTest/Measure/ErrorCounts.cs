using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Measure;

/// <summary>How often each entry of the error catalog occurred, and when first and last.</summary>
internal sealed class ErrorCounts
{
    private readonly (long Count, TimeSpan First, TimeSpan Last)[] _rows = new (long, TimeSpan, TimeSpan)[ErrorCatalog.MaxRows + 1];

    internal void Add(int id, TimeSpan at)
    {
        ref var row = ref _rows[id];
        if (row.Count++ == 0)
            row.First = at;
        row.Last = at;
    }

    internal IReadOnlyList<ErrorRow> Rows(ErrorCatalog catalog)
    {
        var rows = new List<ErrorRow>();
        for (var id = 0; id < _rows.Length; id++)
        {
            var (count, first, last) = _rows[id];
            if (count == 0)
                continue;
            var (text, step, kind) = catalog.Entry(id);
            rows.Add(new ErrorRow(text, step, kind, count, first, last));
        }

        return [.. rows.OrderByDescending(row => row.Count).ThenBy(row => row.Text, StringComparer.Ordinal)];
    }
}
