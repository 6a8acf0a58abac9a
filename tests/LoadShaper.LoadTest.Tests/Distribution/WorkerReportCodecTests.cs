using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Results;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Distribution;

public class WorkerReportCodecTests
{
    private static WorkerReport[] OfAllKinds()
    {
        var reports = WorkerScript.Run(7, 12, "item", "list").Reports;
        var one = WorkerScript.Run(8, 3, "item").Reports;
        return
        [
            reports[0] with { Echo = new EchoCounts(9, 8, 1, 2, 3, 0, 0), Warnings = [new RunWarning(TimeSpan.FromSeconds(-2), "memory.warning", "80 %")], StartSkew = null },
            reports[9],
            reports[12] with { End = reports[12].End! with { StopReason = "stopped é", Faults = new Dictionary<string, long> { ["lost"] = 5 } } },
            one[1],
            one[3] with { Health = one[3].Health with { EngineLimit = "slow", Threads = [new EngineThreadHealth("e", double.NaN, 0.1)] } },
        ];
    }

    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, 5)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_report_is_the_same_after_its_journey(int index)
    {
        var report = OfAllKinds()[index];
        var bytes = WorkerReportCodec.Encode(report);

        var decoded = WorkerReportCodec.Decode(bytes);

        Assert.Equal(bytes, WorkerReportCodec.Encode(decoded));
        Assert.Equal(
            (report.Kind, report.Sequence, report.Elapsed, report.Users, report.InFlight, report.Total.Counts, report.Warmup, report.Echo, report.StartSkew),
            (decoded.Kind, decoded.Sequence, decoded.Elapsed, decoded.Users, decoded.InFlight, decoded.Total.Counts, decoded.Warmup, decoded.Echo, decoded.StartSkew));
        Assert.Equal(report.Rows, decoded.Rows);
        Assert.Equal(report.Errors, decoded.Errors);
        Assert.Equal(report.Warnings, decoded.Warnings);
        Assert.Equal(report.Health.Threads, decoded.Health.Threads);
        Assert.Equal(report.Health with { Lag = decoded.Health.Lag, Threads = decoded.Health.Threads }, decoded.Health);
        Assert.Equal(report.Kind == WorkerReportKind.Delta ? 0 : 4, decoded.Health.Lag.Count);
        Assert.Equal(report.End is null ? null : (report.End with { Faults = null }), decoded.End is null ? null : decoded.End with { Faults = null });
        Assert.Equal(report.End?.Faults, decoded.End?.Faults);
        Assert.Equal(report.Series.Select(s => s.Name), decoded.Series.Select(s => s.Name));
        foreach (var (before, after) in report.Series.Append(report.Total).Zip(decoded.Series.Append(decoded.Total)))
        {
            Assert.Equal(before.Counts, after.Counts);
            Assert.Equal(before.StatusClasses, after.StatusClasses);
            Assert.Equal(before.Response.ToHistogram().Buckets(), after.Response.ToHistogram().Buckets());
            Assert.Equal(before.Cumulative?.Response.ToHistogram().Buckets(), after.Cumulative?.Response.ToHistogram().Buckets());
            Assert.Equal(before.Cumulative?.FailedResponse.ToHistogram().Buckets(), after.Cumulative?.FailedResponse.ToHistogram().Buckets());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_report_is_a_format_error(int index)
    {
        var bytes = WorkerReportCodec.Encode(OfAllKinds()[index]);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<FormatException>(() => WorkerReportCodec.Decode(bytes.AsSpan(0, length)));
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var mask in (byte[])[0x01, 0x80, 0xFF])
            {
                bytes[i] ^= mask;
                Assert.Throws<FormatException>(() => WorkerReportCodec.Decode(bytes));
                bytes[i] ^= mask;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damage_with_a_right_checksum_is_a_format_error_or_another_report(int index)
    {
        var bytes = WorkerReportCodec.Encode(OfAllKinds()[index])[..^4];
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<FormatException>(() => WorkerReportCodec.Decode(Seal(bytes.AsSpan(0, length))));
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var mask in (byte[])[0x01, 0x40, 0x80, 0xFF])
            {
                bytes[i] ^= mask;
                try
                {
                    var decoded = WorkerReportCodec.Decode(Seal(bytes));
                    // A merge makes histograms of all series, so only some are tried.
                    if (i % 23 == 0 && mask == 0xFF)
                        Merge(decoded);
                }
                catch (FormatException e)
                {
                    Assert.Contains(" at byte ", e.Message);
                }

                bytes[i] ^= mask;
            }
        }
    }

    [Fact]
    public void An_unknown_version_is_named()
    {
        var bytes = WorkerReportCodec.Encode(OfAllKinds()[0])[..^4];
        bytes[0] = 9;
        var error = Assert.Throws<FormatException>(() => WorkerReportCodec.Decode(Seal(bytes)));
        Assert.Equal("worker report, version at byte 1: 9; expected 1. Use the same release of loadshaper on all machines", error.Message);
    }

    [Fact]
    public void More_than_the_limit_is_not_looked_at()
    {
        var error = Assert.Throws<FormatException>(() => WorkerReportCodec.Decode(new byte[WorkerReportCodec.MostBytes + 1]));
        Assert.StartsWith("worker report of 16777217 bytes; expected at most 16777216", error.Message);
    }

    [Fact]
    public void An_idle_second_costs_little_and_a_busy_one_some_kilobytes()
    {
        var idle = WorkerScript.Run(1, 1, "item").Reports[0];
        idle = idle with { Errors = [], Total = new SeriesReport { Name = "all", Counts = default }, Series = [new SeriesReport { Name = "item", Counts = default }] };
        Assert.InRange(WorkerReportCodec.Encode(idle).Length, 1, 250);
        var busy = Samples.LogNormal(5_000, 4_000, 0.6, 3);
        var series = new SeriesReport { Name = "all", Counts = Samples.Counts(5_000), Response = HistogramData.Of(busy) };
        Assert.InRange(WorkerReportCodec.Encode(idle with { Total = series, Series = [series with { Name = "item" }] }).Length, 1_000, 3_500);
    }

    [Fact]
    public void A_report_that_is_too_large_keeps_the_total_and_says_what_is_missing()
    {
        var dense = new LatencyHistogram();
        for (long value = 1; value < LatencyHistogram.HighestMicroseconds; value += Math.Max(1, value / 2_000))
            dense.Record(value);
        var data = HistogramData.Of(dense);
        var report = WorkerScript.Run(7, 10, "item", "list").Reports[9];
        var series = report.Series[0] with { Response = data, Cumulative = new SeriesLatencies(data, data, data) };

        var decoded = WorkerReportCodec.Decode(WorkerReportCodec.Encode(report with { Total = series, Series = [.. Enumerable.Range(0, 1_000).Select(i => series with { Name = $"{i}" })] }));

        Assert.Equal((dense.Count, dense.Count), (decoded.Total.Response.Count, decoded.Total.Cumulative!.Service.Count));
        Assert.Equal((1_000, 0, series.Counts), (decoded.Series.Count, decoded.Series[9].Cumulative!.Response.Count, decoded.Series[9].Counts));
        Assert.Contains("percentiles of single steps are incomplete", Assert.Single(decoded.Warnings).Text);
    }

    // What was decoded can be merged, with any numbers.
    private static void Merge(WorkerReport report)
    {
        var merged = new MergedRun(WorkerScript.Plan(12, [.. report.Series.Select(s => s.Name).Distinct()]), [new WorkerIdentity("w", "a")], new Engine.ActionObserver());
        if (report.Series.Count is 0 || report.Series.Select(s => s.Name).Distinct().Count() < report.Series.Count)
            return;
        merged.Accept(0, report);
        merged.Lose(0, TimeSpan.Zero, "test");
        // What was not reported of the schedule counts as unsent.
        Assert.Equal(report.Total.Counts with { Offered = 0, Unsent = 0 }, merged.Result().Total.Counts with { Offered = 0, Unsent = 0 });
    }

    private static byte[] Seal(ReadOnlySpan<byte> bytes)
    {
        var writer = new MessageWriter();
        writer.Raw(bytes);
        return writer.Sealed();
    }
}
