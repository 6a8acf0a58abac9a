using System.Globalization;
using System.Xml.Linq;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.LoadTest.Reports.Html;

/// <summary>The charts of a report.</summary>
internal static class ReportCharts
{
    private static readonly double[] SpectrumTicks = [0, 0.9, 0.99, 0.999, 0.9999];

    public static IEnumerable<XElement> Render(RunReport report)
    {
        var rows = report.Result.Timeline.Where(r => !r.Warmup && r.Length > TimeSpan.Zero).ToArray();
        if (rows.Length > 1)
        {
            var seconds = Math.Max(report.Result.Duration.TotalSeconds, rows[^1].Start.TotalSeconds);
            var time = Scale.Time(seconds);
            ChartMark[] phases = report.Phases.Count > 1 ? [.. report.Phases.Select(p => new ChartMark(p.Start.TotalSeconds, p.Name))] : [];
            yield return Throughput(rows, time, phases);
            if (rows.Any(r => r.Response.Count > 0))
                yield return Percentiles(rows, time, phases);
        }
        if (report.Result.Total.Response.Count > 0)
            yield return Spectrum(report.Result);
    }

    private static XElement Throughput(TimelineRow[] rows, Scale time, ChartMark[] phases)
    {
        static double Rate(TimelineRow row, long count) => count / row.Length.TotalSeconds;
        var largest = rows.Max(r => Math.Max(Rate(r, r.Counts.Offered), Rate(r, r.Counts.Completed + r.Counts.Failed)));
        var lines = new List<ChartLine>
        {
            new("offered", 4, [.. rows.Select(r => (Middle(r), Rate(r, r.Counts.Offered)))]),
            new("completed", 1, [.. rows.Select(r => (Middle(r), Rate(r, r.Counts.Completed)))], Area: true),
        };
        if (rows.Any(r => r.Counts.Failed > 0))
            lines.Add(new("failed", 3, [.. rows.Select(r => (Middle(r), Rate(r, r.Counts.Failed)))]));
        return new Chart("Requests a second", "Requests a second over time: offered, completed and failed", time, Scale.Linear(largest), Time, RateText)
        {
            Lines = lines,
            Marks = phases,
        }.Render();
    }

    private static XElement Percentiles(TimelineRow[] rows, Scale time, ChartMark[] phases)
    {
        static IReadOnlyList<(double, double)> Points(TimelineRow[] rows, Func<LatencySummary, long> of) =>
            [.. rows.Select(r => (Middle(r), r.Response.Count == 0 ? double.NaN : of(r.Response)))];
        var measured = rows.Where(r => r.Response.Count > 0).Select(r => r.Response).ToArray();
        return new Chart("Response time", "Response time over time: 50th, 95th and 99th percentile and maximum", time,
            Latency(measured.Min(s => s.P50), measured.Max(s => s.Max)), Time, LatencyTick)
        {
            Lines =
            [
                new("max", 5, Points(rows, s => s.Max)),
                new("p99", 3, Points(rows, s => s.P99)),
                new("p95", 2, Points(rows, s => s.P95)),
                new("p50", 1, Points(rows, s => s.P50)),
            ],
            Marks = [.. phases.Select(p => p with { Label = "" })],
        }.Render();
    }

    private static XElement Spectrum(RunResult result)
    {
        var total = result.Total;
        var most = Math.Min(Math.Log10(Math.Max(total.Response.Count, 10)), 5);
        static IReadOnlyList<(double, double)> Points(LatencyHistogram histogram, double most) =>
            [.. Enumerable.Range(0, 101).Select(i => most * i / 100).Select(x => (x, (double)histogram.Percentile((1 - Math.Pow(10, -x)) * 100)))];
        var axis = Scale.Fixed(0, most, [.. SpectrumTicks.Select(t => -Math.Log10(1 - t)).Where(x => x <= most + 1e-9)]);
        var lines = new List<ChartLine> { new("response, from the intended time", 1, Points(total.Response, most)) };
        if (total.Service.Count > 0)
            lines.Add(new("service, from sending", 4, Points(total.Service, most)));
        if (total.FailedResponse.Count > 0)
            lines.Add(new("failed", 3, Points(total.FailedResponse, most)));
        var values = lines.SelectMany(l => l.Points).Select(p => p.Y).ToArray();
        return new Chart("Response time by percentile", "Response time by percentile on a logarithmic axis of the remaining share", axis,
            Latency(values.Where(v => v > 0).DefaultIfEmpty(1).Min(), values.Max()),
            x => x == 0 ? "0 %" : ((1 - Math.Pow(10, -x)) * 100).ToString("0.####", CultureInfo.InvariantCulture) + " %", LatencyTick)
        {
            Lines = lines,
        }.Render();
    }

    /// <summary>Linear while all lines are distinguishable, logarithmic beyond.</summary>
    private static Scale Latency(double smallest, double largest) =>
        largest / Math.Max(smallest, 1) > 20 ? Scale.Logarithmic(Math.Max(smallest, 1), largest) : Scale.Linear(largest);

    private static double Middle(TimelineRow row) => (row.Start + row.Length / 2).TotalSeconds;

    private static string Time(double seconds) => seconds == 0 ? "0" : Units.Format(TimeSpan.FromSeconds(seconds));

    private static string LatencyTick(double microseconds) => microseconds switch
    {
        < 1_000 => Number(microseconds) + " µs",
        < 1_000_000 => Number(microseconds / 1e3) + " ms",
        _ => Number(microseconds / 1e6) + " s",
    };

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string RateText(double rate) => rate >= 10_000
        ? (rate / 1000).ToString("0.#", CultureInfo.InvariantCulture) + "k"
        : Number(rate);
}
