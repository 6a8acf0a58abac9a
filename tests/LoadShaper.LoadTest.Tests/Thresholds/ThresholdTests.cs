using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Thresholds;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Thresholds;

public sealed class ThresholdTests
{
    [Theory]
    [InlineData("p95<200ms", null, MetricKind.Percentile, 95, ThresholdOperator.Less, 0.2, null)]
    [InlineData("p99.9 <= 1s", null, MetricKind.Percentile, 99.9, ThresholdOperator.LessOrEqual, 1, null)]
    [InlineData("item:p99<300ms", "item", MetricKind.Percentile, 99, ThresholdOperator.Less, 0.3, null)]
    [InlineData("GET /a:b: p50<1ms", "GET /a:b", MetricKind.Percentile, 50, ThresholdOperator.Less, 0.001, null)]
    [InlineData("error_rate<1%", null, MetricKind.ErrorRate, 0, ThresholdOperator.Less, 0.01, null)]
    [InlineData("sent_ratio>=99%", null, MetricKind.SentRatio, 0, ThresholdOperator.GreaterOrEqual, 0.99, null)]
    [InlineData("rps>6000/min", null, MetricKind.Throughput, 0, ThresholdOperator.Greater, 100, null)]
    [InlineData("failed==0", null, MetricKind.Failed, 0, ThresholdOperator.Equal, 0, null)]
    [InlineData("status_5xx<0.1%", null, MetricKind.StatusClass, 5, ThresholdOperator.Less, 0.001, null)]
    [InlineData("error_rate<5% over 30s", null, MetricKind.ErrorRate, 0, ThresholdOperator.Less, 0.05, 30)]
    [InlineData("http_req_duration: p(95)<200", null, MetricKind.Percentile, 95, ThresholdOperator.Less, 0.2, null)]
    [InlineData("http_req_duration: med<200", null, MetricKind.Percentile, 50, ThresholdOperator.Less, 0.2, null)]
    [InlineData("http_req_failed: rate<0.01", null, MetricKind.ErrorRate, 0, ThresholdOperator.Less, 0.01, null)]
    [InlineData("http_reqs: count>=10", null, MetricKind.Completed, 0, ThresholdOperator.GreaterOrEqual, 10, null)]
    public void TheGrammarIsRead(string text, string? step, MetricKind kind, double argument, ThresholdOperator op, double value, int? over)
    {
        var threshold = Threshold.Parse(text, out var problem);

        Assert.True(threshold is not null, problem);
        Assert.Equal(step, threshold.Step);
        Assert.Equal((kind, argument), (threshold.Metric.Kind, threshold.Metric.Argument));
        Assert.Equal(op, threshold.Operator);
        Assert.Equal(value, threshold.Value, 12);
        Assert.Equal(over, (int?)threshold.Over?.TotalSeconds);
    }

    [Theory]
    [InlineData("p75<=2ms", true)]
    [InlineData("p75<2ms", false)]
    [InlineData("max<=8ms", true)]
    [InlineData("min>1ms", false)]
    [InlineData("avg<4ms", true)]
    [InlineData("error_rate<=20%", true)]
    [InlineData("success_rate>80%", false)]
    [InlineData("status_4xx==20%", true)]
    [InlineData("sent_ratio>=50%", true)]
    [InlineData("rps==0.4/s", true)]
    [InlineData("offered==10", true)]
    [InlineData("unsent!=5", false)]
    public void AWholeRunIsJudged(string text, bool passed)
    {
        var result = Samples.Result(Samples.Series("item", Samples.Counts(4, 1, 5), Samples.Latencies(1_000, 1_000, 2_000, 8_000)));

        Assert.Equal(passed, Only(text, result).Passed);
    }

    [Theory]
    [InlineData("p95<1s", "no data: no request completed")]
    [InlineData("error_rate<1%", "no data: no request ended")]
    [InlineData("failed==0", "no data: no request ended")]
    [InlineData("other:p95<1s", "\"other\" was not executed")]
    public void NoDataFails(string text, string detail)
    {
        var outcome = Only(text, Samples.Result(Samples.Series("item", default, new LatencyHistogram())));

        Assert.Equal((false, (double?)null, detail), (outcome.Passed, outcome.Measured, outcome.Detail));
    }

    [Fact]
    public void LatenciesThatWereNotRecordedFail()
    {
        var outcome = Only("p95<1s", Samples.Result(Samples.Series("item", Samples.Counts(5), new LatencyHistogram())));

        Assert.Equal((false, "no data: latencies were not recorded"), (outcome.Passed, outcome.Detail));
    }

    [Fact]
    public void APhaseIsJudgedByItsOwnFigures()
    {
        var result = Samples.Result(Samples.Series("item", Samples.Counts(100, 50), Samples.Latencies(1_000)));
        var phase = new PhaseFigures(1, "over limit", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(4), Samples.Counts(6, 4), Samples.Latencies(5_000));

        var outcomes = ThresholdEvaluator.Evaluate([Parse("over limit:error_rate>=40%"), Parse("over limit:p50>4ms")], result, [phase], new WindowTracker([]));

        Assert.All(outcomes, o => Assert.True(o.Passed));
    }

    [Fact]
    public void EveryWindowHasToMeetTheThreshold()
    {
        var tracker = new WindowTracker([Parse("error_rate<10% over 2s"), Parse("p50<5ms over 2s"), Parse("p50<5ms over 60s")]);
        for (var second = 0; second < 6; second++)
            tracker.OnInterval(Samples.Interval(second, Samples.Counts(9, second == 3 ? 9 : 0), Samples.Latencies(1_000 * (second + 1))));

        var errors = tracker.Outcome(Parse("error_rate<10% over 2s"));
        Assert.Equal((false, "from 2s to 4s"), (errors.Passed, errors.Detail));
        Assert.Equal(1 / 3.0, errors.Measured!.Value, 6);
        Assert.Equal((false, "from 4s to 6s"), (tracker.Outcome(Parse("p50<5ms over 2s")).Passed, tracker.Outcome(Parse("p50<5ms over 2s")).Detail));
        Assert.Equal("no data: no complete window of 1m", tracker.Outcome(Parse("p50<5ms over 60s")).Detail);
    }

    [Fact]
    public void APassedWindowedThresholdReportsItsWorstWindow()
    {
        var tracker = new WindowTracker([Parse("success_rate>50% over 1s")]);
        foreach (var (failed, second) in ((int, int)[])[(0, 0), (3, 1), (1, 2)])
            tracker.OnInterval(Samples.Interval(second, Samples.Counts(9, failed), Samples.Latencies(1_000)));

        var outcome = tracker.Outcome(Parse("success_rate>50% over 1s"));
        Assert.Equal((true, 0.75, "the worst of 3 windows"), (outcome.Passed, outcome.Measured, outcome.Detail));
    }

    [Fact]
    public void AnAbortConditionHoldsOverItsWindowOnly()
    {
        var abort = new AbortConditions([Parse("error_rate>5%")]);
        var reasons = Enumerable.Range(0, 20)
            .Select(second => abort.OnInterval(Samples.Interval(second, Samples.Counts(90, second is 0 or >= 10 ? 10 : 0), Samples.Latencies(1_000))))
            .ToArray();

        Assert.Equal("abort condition error_rate>5% met: 10 % from 10s to 20s", Assert.Single(reasons, r => r is not null));
        Assert.NotNull(reasons[19]);
    }

    [Fact]
    public void TheWarmUpIsLeftOut()
    {
        var abort = new AbortConditions([Parse("error_rate>5% over 1s")]);

        Assert.Null(abort.OnInterval(Samples.Interval(0, Samples.Counts(1, 9), Samples.Latencies(1_000), warmup: true)));
        Assert.NotNull(abort.OnInterval(Samples.Interval(1, Samples.Counts(1, 9), Samples.Latencies(1_000))));
    }

    private static ThresholdOutcome Only(string text, RunResult result) =>
        Assert.Single(ThresholdEvaluator.Evaluate([Parse(text)], result, [], new WindowTracker([])));

    private static Threshold Parse(string text) => Threshold.Parse(text, out var problem) ?? throw new FormatException(problem);
}
