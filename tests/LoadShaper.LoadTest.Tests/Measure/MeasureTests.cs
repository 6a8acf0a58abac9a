using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Measure;

public class MeasureTests
{
    private const long Second = 1_000_000_000;

    private static TimelineRow Mark(int second, bool warmup = false) => new()
    {
        Start = TimeSpan.FromSeconds(second),
        Length = TimeSpan.FromSeconds(1),
        Counts = default,
        Response = default,
        Warmup = warmup,
    };

    [Fact]
    public void The_timeline_has_rows_of_1_then_10_then_60_seconds_and_loses_no_count()
    {
        var timeline = new Timeline();
        const int seconds = 3_600 + 36_000 + 600;
        for (var s = 0; s < seconds; s++)
        {
            timeline.OnOutcome(new Outcome { Response = (uint)(s + 1) }, latencies: true);
            timeline.EndSecond(Mark(s), new RunCounts { Offered = 2 });
        }

        var rows = timeline.Rows;
        Assert.Equal(3_600 + 3_600 + 10, rows.Count);
        Assert.Equal([1, 10, 60], new[] { rows[3_599], rows[3_600], rows[7_200] }.Select(row => row.Length.TotalSeconds));
        Assert.Equal((2L * seconds, (long)seconds), (rows.Sum(row => row.Counts.Offered), rows.Sum(row => row.Counts.Completed)));
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.Equal(pair.First.Start + pair.First.Length, pair.Second.Start));
        Assert.Equal((10, 3_610), (rows[3_600].Response.Count, rows[3_600].Response.Max));
    }

    [Fact]
    public void The_end_of_the_warm_up_ends_a_row_and_the_end_of_the_run_too()
    {
        var timeline = new Timeline();
        for (var s = 0; s < 3_600; s++)
            timeline.EndSecond(Mark(s - 3_605, warmup: true), default);
        for (var s = -5; s < 3; s++)
            timeline.EndSecond(Mark(s, warmup: s < 0), new RunCounts { Offered = 1 });
        timeline.Flush();
        Assert.Null(timeline.Flush());
        Assert.Equal([(-5, 5, true), (0, 3, false)], timeline.Rows.Skip(3_600).Select(row => ((int)row.Start.TotalSeconds, (int)row.Length.TotalSeconds, row.Warmup)));
    }

    [Fact]
    public void The_error_catalog_is_bounded_by_texts_and_gives_equal_failures_the_same_number()
    {
        var catalog = new ErrorCatalog(["a", "b"]);
        var first = catalog.Id(FailureKind.Connect, 0, "refused");
        Assert.Equal(first, catalog.Id(FailureKind.Connect, 0, "refused"));
        Assert.NotEqual(first, catalog.Id(FailureKind.Connect, 1, "refused"));
        Assert.Equal(("refused", "a", FailureKind.Connect), catalog.Entry(first));
        for (var i = 0; i < 49; i++)
            Assert.NotEqual(ErrorCatalog.Other, catalog.Id(FailureKind.Other, 0, $"text {i}"));
        Assert.Equal(ErrorCatalog.Other, catalog.Id(FailureKind.Other, 0, "one more"));
        Assert.NotEqual(ErrorCatalog.Other, catalog.Id(FailureKind.Other, 1, "text 48"));
        Assert.Equal("*", catalog.Entry(ErrorCatalog.Other).Step);
    }

    [Fact]
    public void The_error_catalog_is_bounded_by_rows()
    {
        var catalog = new ErrorCatalog([.. Enumerable.Range(0, 101).Select(i => $"s{i}")]);
        var ids = Enumerable.Range(0, 101).SelectMany(s => Enumerable.Range(0, 10).Select(t => catalog.Id(FailureKind.Other, s, $"t{t}"))).ToList();
        Assert.Equal(ErrorCatalog.MaxRows, ids.Where(id => id != ErrorCatalog.Other).Distinct().Count());
    }

    [Theory]
    [InlineData("Connection to 10.0.0.1:8080 refused", "Connection to ADDRESS refused")]
    [InlineData("host [2001:db8::1]:443 unreachable", "host ADDRESS unreachable")]
    [InlineData("request 4b7c9f60-1111-2222-3333-123456789abc\n failed", "request ID failed")]
    [InlineData("stream 0x7f3a21 at 123456", "stream ID at N")]
    [InlineData("status 503 after 12 tries", "status 503 after 12 tries")]
    [InlineData("deadbeefcafe and feedface1", "deadbeefcafe and ID")]
    public void Error_texts_lose_what_differs_between_occurrences(string text, string expected)
    {
        Assert.Equal(expected, ErrorText.Normalise(text));
    }

    [Fact]
    public void Error_texts_are_bounded()
    {
        Assert.Equal(200, ErrorText.Normalise(new string('x', 5_000)).Length);
    }

    [Fact]
    public void The_memory_guard_goes_up_only()
    {
        const long limit = 1_000 << 20;
        var guard = new RssLimit(limit);
        Assert.False(guard.Update(limit / 100 * 79));
        Assert.True(guard.Update(limit / 100 * 81));
        Assert.Equal(RssState.Warning, guard.State);
        Assert.Contains("80 %", guard.Text(limit / 100 * 81), StringComparison.Ordinal);
        Assert.True(guard.Update(limit / 100 * 91));
        Assert.Equal(RssState.TotalsOnly, guard.State);
        Assert.False(guard.Update(limit / 2));
        Assert.Equal(RssState.TotalsOnly, guard.State);
        Assert.True(guard.Update(limit));
        Assert.Equal(RssState.Stop, guard.State);
        Assert.False(new RssLimit(null).Update(long.MaxValue));
    }

    [Fact]
    public async Task The_ring_keeps_order_and_loses_nothing_when_it_is_full()
    {
        var ring = new OutcomeRing(16);
        const int count = 5_000;
        var writer = Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < count; i++)
                ring.Write(new Outcome { End = i });
        }, TaskCreationOptions.LongRunning);
        for (var i = 0; i < count;)
        {
            if (ring.TryRead(out var outcome))
                Assert.Equal(i++, outcome.End);
            else
                Thread.Yield();
        }

        await writer;
        Assert.True(ring.IsEmpty);
    }

    private static RunPlan Plan(int steps) => new()
    {
        Targets = [],
        Flows = [.. Enumerable.Range(0, steps).Select(i => Flow.Of(new EchoStep { Name = $"s{i}" }))],
        Phases = [new ConstantRate(1, TimeSpan.FromSeconds(10))],
    };

    private static Outcome Tick(long second, uint offered = 0) => new() { End = second * Second, Flags = OutcomeFlags.Tick, Response = offered };

    [Fact]
    public void The_collector_completes_a_second_when_every_thread_passed_it()
    {
        var plan = Plan(2);
        var series = new SeriesTable(plan);
        EngineFeed[] feeds = [new EngineFeed(2), new EngineFeed(2)];
        var collector = new Collector(plan, LoadSchedule.Of(plan.Phases, TimeSpan.Zero), series, new ErrorCatalog(series.Names), feeds, new HealthReader());
        feeds[0].Ring.Write(new Outcome { End = Second / 2, Response = 1_000, Flags = OutcomeFlags.Sampled });
        feeds[0].Ring.Write(Tick(1, offered: 3));
        feeds[0].Ring.Write(new Outcome { End = Second + 1, Response = 9_000, Flags = OutcomeFlags.Sampled });
        Assert.False(collector.Drain());
        Assert.Empty(collector.Rows);

        feeds[1].Ring.Write(new Outcome { End = Second / 3, Response = 2_000, Series = 1, Flags = OutcomeFlags.Sampled });
        feeds[1].Ring.Write(Tick(1, offered: 4));
        Assert.True(collector.Drain());
        var row = Assert.Single(collector.Rows);
        Assert.Equal((7, 2, 2_000), (row.Counts.Offered, row.Counts.Completed, row.Response.Max));
        Assert.Equal(1, collector.Series[1].Completed);

        // A thread that ended does not hold up the others.
        feeds[1].Finish();
        feeds[0].Ring.Write(Tick(2));
        Assert.True(collector.Drain());
        Assert.Equal(9_000, collector.Rows[1].Response.Max);
    }

    [Fact]
    public void A_million_requests_over_150_steps_are_101_series_in_bounded_memory()
    {
        var plan = Plan(150);
        var series = new SeriesTable(plan);
        var feed = new EngineFeed(series.Names.Count);
        var collector = new Collector(plan, LoadSchedule.Of(plan.Phases, TimeSpan.Zero), series, new ErrorCatalog(series.Names), [feed], new HealthReader());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1_000_000; i++)
        {
            feed.Ring.Write(new Outcome { End = i * 1_000L, Response = (uint)(i % 60_000 * 1_000), Service = 5, Series = series.Of($"s{i % 150}"), Flags = OutcomeFlags.Sampled });
            if (i % 50_000 == 49_999)
            {
                feed.Ring.Write(Tick(i / 50_000 + 1));
                collector.Drain();
            }
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(101, collector.Series.Count);
        Assert.Equal(1_000_000, collector.Total.Completed);
        Assert.Equal(1_000_000, collector.Series.Sum(s => s.Completed));
        Assert.True(grown < 40L << 20, $"{grown >> 20} MiB for 101 series");
    }
}
