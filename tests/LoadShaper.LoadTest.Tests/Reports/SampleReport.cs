using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Live;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using LoadShaper.LoadTest.Thresholds;
using LoadShaper.LoadTest.Verdict;

namespace LoadShaper.LoadTest.Tests.Reports;

/// <summary>A report with every part, from seeds.</summary>
internal static class SampleReport
{
    public static readonly MachineInfo Machine = new("loadgen-1", "Debian GNU/Linux 13", "6.12.0", "x64", "Example CPU 3.0 GHz", 2, 24L << 30, ".NET 10.0.0", "0.1.0");

    public static RunReport Create(int seconds = 120, int steps = 3, int errors = 4, string stepName = "item")
    {
        var yaml = "name: Shop checkout\ntarget: http://127.0.0.1:8080\nload: [{name: calm, rps: 200, for: 60s}, {name: peak, ramp: 200..2000, for: 60s}]\nsteps: [{name: item, get: /items/1}]\nthresholds: [p95<200ms, error_rate<1%, \"peak:p99<30ms\"]\n";
        var scenario = ScenarioLoader.FromText("shop.yaml", yaml, new ScenarioOverrides(), new Dictionary<string, string>(), "/");
        var context = new ReportContext(scenario.Name, "shop.yaml", scenario.Plan, ResolvedYaml.Write(scenario, "/"), Machine);
        var response = Samples.LogNormal(30_000, 4_000, 0.6, 1);
        var failed = Samples.Latencies(10_000_000, 10_000_000, 5_000);
        var counts = Samples.Counts(30_000, 240, 12) with { Late = 40, Unfinished = 2 };
        var total = Samples.Series("total", counts, response, failed);
        var result = Samples.Result(total, TimeSpan.FromSeconds(seconds), [.. Enumerable.Range(0, steps).Select(i => Samples.Series(i == 0 ? stepName : $"step {i}", Samples.Counts(10_000, 80), Samples.LogNormal(1_000, 4_000 + 1_000 * i, 0.5, i)))]) with
        {
            Timeline = Timeline(seconds),
            Errors = [.. Enumerable.Range(0, errors).Select(i => new ErrorRow(i == 0 ? "status 503 <script>alert(1)</script>" : $"time-out of {i} s: no byte of the response\u0000", stepName, FailureKind.Expectation, 100 - i, TimeSpan.FromSeconds(3 + i), TimeSpan.FromSeconds(50)))],
            Warmup = Samples.Counts(500),
            Warnings = [new RunWarning(TimeSpan.FromSeconds(70), "memory.warn", "Resident memory is at 80 % of --max-rss 256MiB.")],
        };
        PhaseFigures[] phases =
        [
            new(0, "calm", TimeSpan.Zero, TimeSpan.FromSeconds(60), Samples.Counts(12_000, 3), Samples.LogNormal(1_000, 3_000, 0.3, 5)),
            new(1, "peak", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(59), Samples.Counts(18_000, 237), Samples.LogNormal(1_000, 9_000, 0.6, 6)),
        ];
        var outcomes = ThresholdEvaluator.Evaluate(scenario.Thresholds, result, phases, new WindowTracker([]));
        MetricChange[] changes =
        [
            new(MetricRule.Defaults[0], 0.9992, 0.9921, -0.0071, -0.009, -0.004, 0.01, ChangeVerdict.Same),
            new(MetricRule.Defaults[3], 8.1, 10.2, 0.26, 0.2, 0.31, 0.004, ChangeVerdict.Worse),
            new(MetricRule.Defaults[4], 20, 21, 0.05, -0.08, 0.19, 0.3, ChangeVerdict.Inconclusive),
        ];
        return new RunReport(context, result, new RunVerdict(true, []), outcomes, phases,
            [new EarlyWarning(TimeSpan.FromSeconds(90), "latency.rising", "p95 rose from 8 ms to 31 ms within 30 s.")], 99,
            new ComparisonResult(5, 1, true, changes, ["The baseline ran on another machine: CPUs 4, here 2."]));
    }

    private static TimelineRow[] Timeline(int seconds)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, seconds).Select(second =>
        {
            var rate = second < seconds / 2 ? 200 : 200 + 1800.0 * (second - seconds / 2) / (seconds / 2);
            var completed = (long)(Math.Min(rate, 1_500) * (1 + 0.02 * Samples.Normal(random)));
            var p50 = (long)(4_000 * (1 + 0.05 * Samples.Normal(random)) * (rate > 1_500 ? 4 : 1));
            return new TimelineRow
            {
                Start = TimeSpan.FromSeconds(second),
                Length = TimeSpan.FromSeconds(1),
                Counts = new RunCounts { Offered = (long)rate, Sent = completed, Completed = completed, Failed = second % 17 == 3 ? 12 : 0 },
                Response = second % 40 == 39 ? default : new LatencySummary(completed, p50, p50 * 2, p50 * 3, p50 * 5, p50 * 12, p50 * 20),
                LagP99 = 90,
                InFlight = 8,
                PlannedRate = rate,
                Cpu = 0.4,
                ResidentBytes = 70 << 20,
            };
        })];
    }
}
