using LoadShaper.LoadTest.Live;
using LoadShaper.LoadTest.Results;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Live;

public sealed class LiveTests
{
    [Fact]
    public void SteadyFiguresWarnOfNothing()
    {
        var warnings = new EarlyWarnings(2, 1L << 30);

        Assert.Empty(warnings.OnRows([.. Enumerable.Range(0, 200).Select(i => Row(i, p95: 10_000 + i % 3 * 200))]));
    }

    [Fact]
    public void ARisingLatencyIsReportedOnce()
    {
        var warnings = new EarlyWarnings(2, 1L << 30);
        warnings.OnRows([.. Enumerable.Range(0, 100).Select(i => Row(i, p95: 10_000 + Math.Max(0, i - 40) * 800))]);

        var warning = Assert.Single(warnings.All);
        Assert.Equal("latency.rising", warning.Code);
        Assert.StartsWith("p95 rose from 10.0 ms to ", warning.Text);
    }

    [Fact]
    public void ClimbingErrorsAreReported()
    {
        var warnings = new EarlyWarnings(2, 1L << 30);
        warnings.OnRows([.. Enumerable.Range(0, 60).Select(i => Row(i, failed: i < 40 ? 0 : 20))]);

        Assert.Equal("errors.rising", Assert.Single(warnings.All).Code);
    }

    [Theory]
    [InlineData(1.72, 100L << 20, "generator.cpu")]
    [InlineData(0.2, 900L << 20, "generator.memory")]
    public void AnOverloadedGeneratorIsReported(double cpu, long resident, string code)
    {
        var warnings = new EarlyWarnings(2, 1L << 30);
        warnings.OnRows([.. Enumerable.Range(0, 10).Select(i => Row(i) with { Cpu = cpu, ResidentBytes = resident })]);

        Assert.Equal(code, Assert.Single(warnings.All).Code);
    }

    [Fact]
    public void AWarningComesAgainAfterItWasOver()
    {
        var warnings = new EarlyWarnings(1, 1L << 30);
        warnings.OnRows([.. Enumerable.Range(0, 100).Select(i => Row(i) with { Cpu = i is < 10 or > 60 ? 0.95 : 0.1 })]);

        Assert.Equal(2, warnings.All.Count);
    }

    [Fact]
    public void PhasesAreKeptApart()
    {
        var tracker = new PhaseTracker();
        for (var second = 0; second < 9; second++)
            tracker.OnInterval(Samples.Interval(second, Samples.Counts(10 * (1 + second / 3)), Samples.Latencies(1_000), $"phase {second / 3}", second / 3));
        tracker.OnInterval(Samples.Interval(9, Samples.Counts(99), Samples.Latencies(1_000), warmup: true));

        // The first interval of a later phase holds the end of the phase before and is left out.
        Assert.Equal(
            [("phase 0", 30L, 3.0), ("phase 1", 40L, 2.0), ("phase 2", 60L, 2.0)],
            tracker.Figures.Select(p => (p.Name, p.Counts.Completed, p.Duration.TotalSeconds)));
    }

    [Fact]
    public void TheViewShowsTheLastSecondAndTheLastMinute()
    {
        var builder = new LiveViewBuilder("shop", "http://127.0.0.1", TimeSpan.FromMinutes(5));
        LiveView view = null!;
        for (var second = 0; second < 70; second++)
            view = builder.Build(Samples.Interval(second, Samples.Counts(second, 1), Samples.Latencies(5_000)), []);

        Assert.Equal((60, 69.0, 1.0, 5_000), (view.Rates.Count, view.CompletedRps, view.FailedRps, view.Interval.P95));
        Assert.Equal("item", Assert.Single(view.Steps).Name);
    }

    private static TimelineRow Row(int second, long p95 = 10_000, long failed = 0) => new()
    {
        Start = TimeSpan.FromSeconds(second),
        Length = TimeSpan.FromSeconds(1),
        Counts = Samples.Counts(100, failed),
        Response = new LatencySummary(100, p95 / 2, p95, p95, p95 * 2, p95 * 3, p95 * 4),
        Cpu = 0.4,
        ResidentBytes = 70 << 20,
    };
}
