using System.Globalization;
using System.Text;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Reports;

/// <summary>
/// histograms.hlog: HdrHistogram's log format 1.3, readable by its tools in every language. Values are microseconds.
/// Untagged lines are the completed requests of consecutive intervals; at the end each step has one line with its name as
/// tag, and `failed`, `service` and `lag` have one each for the whole run.
/// </summary>
public sealed class HistogramLog(DateTimeOffset startedAt)
{
    private readonly LatencyHistogram _interval = new();
    private TimeSpan _start;
    private TimeSpan _length;

    public string Head => string.Create(CultureInfo.InvariantCulture,
        $"#[Histogram log format version 1.3]\n#[Values are microseconds from the intended send time]\n#[StartTime: {startedAt.ToUnixTimeMilliseconds() / 1000.0:0.000} (seconds since epoch), {startedAt:u}]\n\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");

    /// <summary>The line of an interval, once it is long enough: 1 s in the first 10 minutes, 10 s in the first 10 hours, then 60 s.</summary>
    public string? Add(IntervalSnapshot snapshot)
    {
        if (_length == TimeSpan.Zero)
            _start = snapshot.Elapsed - snapshot.Length;
        _interval.Add(snapshot.Total.IntervalHistogram);
        _length += snapshot.Length;
        var least = _start < TimeSpan.FromMinutes(10) ? 1 : _start < TimeSpan.FromHours(10) ? 10 : 60;
        if (!snapshot.Final && _length + snapshot.Length / 2 < TimeSpan.FromSeconds(least))
            return null;
        var line = Line(null, _start, _length, _interval);
        _interval.Clear();
        _length = TimeSpan.Zero;
        return line;
    }

    public static string End(RunResult result)
    {
        var text = new StringBuilder();
        foreach (var series in result.Series)
            text.Append(Line(series.Name, TimeSpan.Zero, result.Duration, series.Response));
        text.Append(Line("failed", TimeSpan.Zero, result.Duration, result.Total.FailedResponse));
        text.Append(Line("service", TimeSpan.Zero, result.Duration, result.Total.Service));
        text.Append(Line("lag", TimeSpan.Zero, result.Duration, result.Health.Lag));
        return text.ToString();
    }

    // Tags end at a comma and lines at a line feed.
    private static string Line(string? tag, TimeSpan start, TimeSpan length, LatencyHistogram histogram) => string.Create(CultureInfo.InvariantCulture,
        $"{(tag is null ? "" : $"Tag={string.Concat(tag.Select(c => c is ',' or '\n' or '\r' or ' ' ? '_' : c))},")}{start.TotalSeconds:0.000},{length.TotalSeconds:0.000},{histogram.Max}.0,{Convert.ToBase64String(histogram.EncodeV2())}\n");
}
