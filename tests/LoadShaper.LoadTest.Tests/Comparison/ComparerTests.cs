using LoadShaper.LoadTest.Comparison;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Comparison;

public sealed class ComparerTests
{
    /// <summary>The acceptance of the specification, with 2 % of noise from run to run and 5 runs on each side.</summary>
    [Fact]
    public void ARealRegressionOfTenPercentIsFoundInNineteenOfTwenty() =>
        Assert.InRange(Enumerable.Range(0, 200).Count(seed => Compare(seed, runs: 5, factor: 1.10).Regressed), 190, 200);

    [Fact]
    public void TheSameBuildRaisesNoAlarmInNineteenOfTwenty() =>
        Assert.InRange(Enumerable.Range(0, 200).Count(seed => Compare(seed, runs: 5, factor: 1.0).Regressed), 0, 10);

    /// <summary>Without a tolerance only the test stands between noise and alarm: the whole table has to keep the level of 5 %.</summary>
    [Fact]
    public void TheTestAloneKeepsTheLevelForTheWholeTable()
    {
        var rules = MetricRule.Defaults.Select(r => r with { Tolerance = 0 }).ToArray();

        // 5 % of 400 are 20; 33 is three standard deviations above.
        Assert.InRange(Enumerable.Range(0, 400).Count(seed => Compare(seed, runs: 5, factor: 1.0, noise: 0.05, rules: rules).Regressed), 1, 33);
    }

    [Fact]
    public void SingleRunsAreComparedByTheirParts()
    {
        Assert.InRange(Enumerable.Range(0, 100).Count(seed => Compare(seed, runs: 1, factor: 1.10, noise: 0.015).Regressed), 95, 100);
        Assert.InRange(Enumerable.Range(0, 100).Count(seed => Compare(seed, runs: 1, factor: 1.0, noise: 0.015).Regressed), 0, 5);
        Assert.True(Compare(1, runs: 1, factor: 1).WithinRun);
        Assert.False(Compare(1, runs: 3, factor: 1).WithinRun);
    }

    [Fact]
    public void NoiseThatHidesAChangeIsInconclusive()
    {
        double[] before = [10, 14, 8, 13, 9];
        double[] after = [11, 15, 8, 14, 9];

        var change = Only("p95_latency", before, after);

        Assert.Equal(ChangeVerdict.Inconclusive, change.Verdict);
        Assert.True(change.Low < 0 && change.High > 0);
    }

    [Theory]
    [InlineData("p95_latency", 1.2, ChangeVerdict.Worse)]
    [InlineData("p95_latency", 0.8, ChangeVerdict.Better)]
    [InlineData("p95_latency", 1.03, ChangeVerdict.Same)]
    [InlineData("completed_rps", 1.2, ChangeVerdict.Better)]
    [InlineData("completed_rps", 0.8, ChangeVerdict.Worse)]
    public void EachMetricHasItsDirection(string metric, double factor, ChangeVerdict verdict)
    {
        double[] before = [100, 101, 100.5, 99.5, 100.2];

        Assert.Equal(verdict, Only(metric, before, [.. before.Select(v => v * factor)]).Verdict);
    }

    [Fact]
    public void ASuccessRateIsComparedInPoints()
    {
        Assert.Equal(ChangeVerdict.Worse, Only("success_rate", [1, 1, 1, 1], [0.97, 0.971, 0.969, 0.97]).Verdict);
        Assert.Equal(ChangeVerdict.Same, Only("success_rate", [1, 1, 1, 1], [0.995, 0.996, 0.995, 0.995]).Verdict);
    }

    [Fact]
    public void EqualRunsAreTheSame()
    {
        var change = Only("p95_latency", [5, 5, 5], [5, 5, 5]);

        Assert.Equal((ChangeVerdict.Same, 0.0, 1.0), (change.Verdict, change.Change, change.P));
    }

    [Fact]
    public void ThreeRunsOnEachSideAreEnoughForAClearChange() =>
        Assert.Equal(ChangeVerdict.Worse, Only("p95_latency", [10, 10.1, 9.9], [12, 12.1, 11.9]).Verdict);

    [Fact]
    public void AMetricThatOneSideLacksHasNoVerdict() =>
        Assert.Equal(ChangeVerdict.NoData, Only("p95_latency", [], [1, 1, 1]).Verdict);

    [Fact]
    public void TheAnswerDependsOnTheRunsOnly() =>
        Assert.Equal(Compare(7, 12, 1.02).Metrics, Compare(7, 12, 1.02).Metrics);

    [Theory]
    [InlineData("x", "--tolerance \"x\" is not valid; expected a share such as 5% or 0.05, or METRIC=10%")]
    [InlineData("p42=5%", "--tolerance \"p42=5%\": unknown metric \"p42\"; expected success_rate, completed_rps, p50_latency, p95_latency, p99_latency")]
    public void WrongTolerancesAreReported(string text, string problem) =>
        Assert.Equal(problem, Assert.Throws<FormatException>(() => MetricRules.WithTolerances([text])).Message);

    [Fact]
    public void ATolerancesOfOneMetricWins()
    {
        var rules = MetricRules.WithTolerances(["p99_latency=20%", "10%"]).ToDictionary(r => r.Name, r => r.Tolerance);

        Assert.Equal((0.2, 0.1, MetricRule.DefaultShareTolerance), (rules["p99_latency"], rules["p95_latency"], rules["success_rate"]));
    }

    private static MetricChange Only(string metric, double[] before, double[] after)
    {
        RunSample[] Runs(double[] values) => [.. values.Select((v, i) => new RunSample($"run {i}", new Dictionary<string, double> { [metric] = v }, []))];
        RunSample[] Missing() => [.. Enumerable.Range(0, 3).Select(i => new RunSample($"run {i}", new Dictionary<string, double>(), []))];
        return Comparer.Compare(before.Length == 0 ? Missing() : Runs(before), Runs(after), MetricRule.Defaults).Metrics.Single(m => m.Rule.Name == metric);
    }

    private static ComparisonResult Compare(int seed, int runs, double factor, double noise = 0.02, IReadOnlyList<MetricRule>? rules = null)
    {
        var random = new Random(seed);
        return Comparer.Compare(Side(random, runs, 1, noise), Side(random, runs, factor, noise), rules ?? MetricRule.Defaults, seed);
    }

    /// <summary>Runs whose latencies share a noise from run to run and have one of their own beside it.</summary>
    private static RunSample[] Side(Random random, int runs, double factor, double noise) => [.. Enumerable.Range(0, runs).Select(i =>
    {
        var run = 1 + noise * Samples.Normal(random);
        Dictionary<string, double> Metrics(double own) => new()
        {
            ["success_rate"] = Math.Min(1, 0.999 + 0.0005 * Samples.Normal(random)),
            ["completed_rps"] = 1_000 * (1 + 0.002 * Samples.Normal(random)),
            ["p50_latency"] = 10 * factor * run * (1 + own * Samples.Normal(random)),
            ["p95_latency"] = 30 * factor * run * (1 + own * Samples.Normal(random)),
            ["p99_latency"] = 60 * factor * run * (1 + 2 * own * Samples.Normal(random)),
        };
        return new RunSample($"run {i}", Metrics(noise / 4), [.. Enumerable.Range(0, 10).Select(_ => Metrics(noise))]);
    })];
}
