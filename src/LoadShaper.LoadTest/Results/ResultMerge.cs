namespace LoadShaper.LoadTest.Results;

/// <summary>
/// Joins the results of the parts of one schedule. Counts and histograms are added; a percentile comes from the joined
/// histogram and is never computed from other percentiles.
/// </summary>
public static class ResultMerge
{
    /// <summary>Series with the same name, in the order of their first appearance.</summary>
    public static IReadOnlyList<SeriesResult> Series(IEnumerable<SeriesResult> parts) =>
        [.. parts.GroupBy(part => part.Name, StringComparer.Ordinal).Select(group => One(group.Key, [.. group]))];

    /// <summary>Rows with the same text, step and kind; largest count first, at most <paramref name="limit"/>, the rest in one row <c>other errors</c>.</summary>
    public static IReadOnlyList<ErrorRow> Errors(IEnumerable<ErrorRow> parts, int limit = 500)
    {
        var rows = parts.GroupBy(row => (row.Text, row.Step, row.Kind))
            .Select(group => Join(group.Key.Text, group.Key.Step, group.Key.Kind, [.. group]))
            .OrderByDescending(row => row.Count).ThenBy(row => row.Text, StringComparer.Ordinal).ThenBy(row => row.Step, StringComparer.Ordinal).ToList();
        return rows.Count <= limit ? rows : [.. rows.Take(limit), Join("other errors", "*", FailureKind.Other, rows[limit..])];
    }

    private static SeriesResult One(string name, IReadOnlyList<SeriesResult> parts)
    {
        var status = new long[6];
        foreach (var part in parts)
        {
            for (var i = 0; i < status.Length; i++)
                status[i] += part.StatusClasses[i];
        }

        return new SeriesResult
        {
            Name = name,
            Counts = parts.Aggregate(default(RunCounts), (sum, part) => sum + part.Counts),
            Response = Sum(parts.Select(part => part.Response)),
            FailedResponse = Sum(parts.Select(part => part.FailedResponse)),
            Service = Sum(parts.Select(part => part.Service)),
            StatusClasses = status,
        };
    }

    private static LatencyHistogram Sum(IEnumerable<LatencyHistogram> parts)
    {
        var sum = new LatencyHistogram();
        foreach (var part in parts)
            sum.Add(part);
        return sum;
    }

    private static ErrorRow Join(string text, string step, FailureKind kind, IReadOnlyList<ErrorRow> rows) =>
        new(text, step, kind, rows.Sum(row => row.Count), rows.Min(row => row.First), rows.Max(row => row.Last));
}
