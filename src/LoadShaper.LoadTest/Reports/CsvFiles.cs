using System.Globalization;
using System.Text;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Reports;

/// <summary>
/// stats.csv, stats_history.csv and failures.csv with Locust's columns, so that scripts for Locust's files work.
/// Response times are milliseconds of completed requests; columns of our own come after Locust's.
/// </summary>
public static class CsvFiles
{
    private static readonly double[] Percentiles = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100];
    private const string PercentileHeads = "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%";

    public const string StatsHead =
        "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s," + PercentileHeads;

    public const string HistoryHead =
        "Timestamp,User Count,Type,Name,Requests/s,Failures/s," + PercentileHeads +
        ",Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size" +
        ",Seconds,Offered/s,Sent/s,In Flight,Lag 99%,CPU Cores,RSS Bytes";

    public const string FailuresHead = "Method,Name,Error,Occurrences,First Second,Last Second";

    public static string Stats(ReportContext context, RunResult result)
    {
        var text = new StringBuilder(StatsHead).Append('\n');
        var seconds = result.Duration.TotalSeconds;
        foreach (var series in result.Series)
            Row(context.MethodOf(series.Name), series.Name, series);
        Row("", "Aggregated", result.Total);
        return text.ToString();

        void Row(string type, string name, SeriesResult s)
        {
            var r = s.Response;
            var empty = r.Count == 0;
            Line(text,
            [
                type, name, Ended(s.Counts), Number(s.Counts.Failed),
                Ms(r.Percentile(50), empty), Ms(r.Mean, empty), Ms(r.Min, empty), Ms(r.Max, empty), ContentSize(s.Counts), Rate(s.Counts.Completed + s.Counts.Failed, seconds), Rate(s.Counts.Failed, seconds),
                .. Percentiles.Select(p => Ms(r.Percentile(p), empty)),
            ]);
        }
    }

    /// <summary>The run so far. Percentiles that are known at the end only are N/A, as in Locust.</summary>
    public static string Stats(ReportContext context, IntervalSnapshot snapshot)
    {
        var text = new StringBuilder(StatsHead).Append('\n');
        var seconds = snapshot.Elapsed.TotalSeconds;
        foreach (var series in snapshot.Series)
            Row(context.MethodOf(series.Name), series.Name, series);
        Row("", "Aggregated", snapshot.Total);
        return text.ToString();

        void Row(string type, string name, SeriesSnapshot s) =>
            Line(text,
            [
                type, name, Ended(s.Counts), Number(s.Counts.Failed), Ms(s.Response.P50, s.Response.Count == 0), "N/A", "N/A", Ms(s.Response.Max, s.Response.Count == 0),
                ContentSize(s.Counts), Rate(s.Counts.Completed + s.Counts.Failed, seconds), Rate(s.Counts.Failed, seconds),
                .. KnownPercentiles(s.Response),
            ]);
    }

    public static string Failures(ReportContext context, IReadOnlyList<ErrorRow> errors)
    {
        var text = new StringBuilder(FailuresHead).Append('\n');
        foreach (var error in errors)
            Line(text, [context.MethodOf(error.Step), error.Step, error.Text, Number(error.Count), Seconds(error.First), Seconds(error.Last)]);
        return text.ToString();
    }

    /// <summary>One row of the history.</summary>
    /// <param name="total">The counts of all rows up to and with this one.</param>
    public static string HistoryRow(DateTimeOffset startedAt, TimelineRow row, RunCounts total)
    {
        var text = new StringBuilder();
        var seconds = row.Length.TotalSeconds;
        Line(text,
        [
            Number((startedAt + row.Start + row.Length).ToUnixTimeSeconds()), Number(row.Users), "", "Aggregated",
            Rate(row.Counts.Completed + row.Counts.Failed, seconds), Rate(row.Counts.Failed, seconds), .. KnownPercentiles(row.Response),
            Ended(total), Number(total.Failed), "N/A", "N/A", "N/A", "N/A", ContentSize(total),
            Seconds(row.Start), Rate(row.Counts.Offered, seconds), Rate(row.Counts.Sent, seconds), Number(row.InFlight), Ms(row.LagP99, false),
            row.Cpu.ToString("0.000", CultureInfo.InvariantCulture), Number(row.ResidentBytes),
        ]);
        return text.ToString();
    }

    public static string History(DateTimeOffset startedAt, IReadOnlyList<TimelineRow> timeline)
    {
        var text = new StringBuilder(HistoryHead).Append('\n');
        var total = default(RunCounts);
        foreach (var row in timeline.Where(r => !r.Warmup))
            text.Append(HistoryRow(startedAt, row, total += row.Counts));
        return text.ToString();
    }

    private static IEnumerable<string> KnownPercentiles(LatencySummary s)
    {
        var known = new Dictionary<double, long> { [50] = s.P50, [90] = s.P90, [95] = s.P95, [99] = s.P99, [99.9] = s.P999, [100] = s.Max };
        return Percentiles.Select(p => known.TryGetValue(p, out var value) ? Ms(value, s.Count == 0) : "N/A");
    }

    private static void Line(StringBuilder text, string[] cells) => text.AppendJoin(',', cells.Select(Cell)).Append('\n');

    private static string Cell(string value) =>
        !value.AsSpan().ContainsAny(",\"\r\n") ? value : $"\"{value.Replace("\"", "\"\"")}\"";

    private static string Ended(RunCounts counts) => Number(counts.Completed + counts.Failed);

    private static string ContentSize(RunCounts counts) =>
        counts.Completed + counts.Failed == 0 ? "0" : ((double)counts.BytesReceived / (counts.Completed + counts.Failed)).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Rate(long count, double seconds) => (seconds <= 0 ? 0 : count / seconds).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Ms(double microseconds, bool empty) => empty ? "N/A" : (microseconds / 1000).ToString("0.###", CultureInfo.InvariantCulture);
}
