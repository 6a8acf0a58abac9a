using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine;
using LoadShaper.LoadTest.Verdict;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Distribution;

public class MergedRunTests
{
    private readonly ActionObserver _observer = new();

    private static WorkerIdentity[] Names(int count) => [.. Enumerable.Range(1, count).Select(k => new WorkerIdentity($"w{k}", $"10.0.0.{k}:7946", TimeSpan.FromMilliseconds(k)))];

    private static WorkerScript[] Scripts(int workers, int seconds, int seed, params string[] series) =>
        [.. Enumerable.Range(0, workers).Select(k => WorkerScript.Run(100 * seed + k, seconds, series))];

    private static IEnumerable<(int Worker, WorkerReport Report)> InOrder(WorkerScript[] scripts) => scripts
        .SelectMany((script, k) => script.Reports.Select(report => (k, report))).OrderBy(r => r.report.Sequence);

    private MergedRun Merge(RunPlan plan, int workers, IEnumerable<(int Worker, WorkerReport Report)> reports)
    {
        var merged = new MergedRun(plan, Names(workers), _observer);
        merged.Start(DateTimeOffset.UnixEpoch);
        foreach (var (worker, report) in reports)
            merged.Accept(worker, WorkerReportCodec.Decode(WorkerReportCodec.Encode(report)));
        return merged;
    }

    public static TheoryData<int, int, bool> Cases()
    {
        var data = new TheoryData<int, int, bool>();
        for (var seed = 0; seed < 12; seed++)
            data.Add(seed, 1 + seed % 3, seed % 2 == 0);
        return data;
    }

    /// <summary>In any order of arrival, with lost deltas and with reports that arrive twice.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void The_result_is_that_of_one_run_with_all_values(int seed, int workers, bool oneSeries)
    {
        string[] series = oneSeries ? ["item"] : ["item", "list", "pay"];
        var scripts = Scripts(workers, 23, seed, series);
        var random = new Random(seed);
        var arrived = InOrder(scripts).Where(r => r.Report.Kind != WorkerReportKind.Delta || random.Next(4) > 0).ToList();
        arrived.AddRange(arrived.Where(_ => random.Next(5) == 0).ToArray());

        var merged = Merge(WorkerScript.Plan(23, series), workers, arrived.OrderBy(_ => random.Next()));

        Assert.True(merged.Finished);
        var result = merged.Result();
        Assert.Equal((RunEnd.Finished, null), (result.End, result.StopReason));
        AssertSame(ResultMerge.Series(scripts.Select(s => s.Result.Total))[0], result.Total);
        var expected = ResultMerge.Series(scripts.SelectMany(s => s.Result.Series));
        Assert.Equal(expected.Select(s => s.Name), result.Series.Select(s => s.Name));
        Assert.All(expected.Zip(result.Series), pair => AssertSame(pair.First, pair.Second));
        Assert.Equal(ResultMerge.Errors(scripts.SelectMany(s => s.Result.Errors)), result.Errors);
        Assert.Equal(4 * workers, result.Health.Lag.Count);
        Assert.Equal(23, result.Timeline.Count);
        Assert.All(result.Timeline, (row, i) => Assert.Equal(scripts.Aggregate(default(RunCounts), (sum, s) => sum + s.Rows[i].Counts), row.Counts));
        Assert.Equal(scripts.Sum(s => s.Reports.Count) - arrived.Distinct().Count(), result.Workers.Sum(w => w.MissedReports));
        Assert.Equal(scripts.Select(s => s.Result.Total.Counts), result.Workers.Select(w => w.Result.Total.Counts));
        Assert.Equal(result.Total.Counts, _observer.Snapshots[^1].Total.Counts);
        Assert.Single(_observer.Snapshots, s => s.Final);
        Assert.Equal(result.Total.Counts, _observer.Snapshots.Aggregate(default(RunCounts), (sum, s) => sum + s.Total.Interval));
    }

    [Fact]
    public void Each_second_is_shown_once_with_the_values_of_all_workers()
    {
        var shown = new List<(LatencySummary Summary, long Count)>();
        var observer = new ActionObserver((_, s) => shown.Add((s.IntervalSummary(), s.Total.IntervalHistogram.Count)));
        var scripts = Scripts(3, 12, seed: 4, "item", "list");
        var merged = new MergedRun(WorkerScript.Plan(12, "item", "list"), Names(3), observer);
        foreach (var (worker, report) in InOrder(scripts))
            merged.Accept(worker, report);

        Assert.Equal([.. Enumerable.Range(1, 12), 12], observer.Snapshots.Select(s => (int)s.Elapsed.TotalSeconds));
        Assert.Equal([.. Enumerable.Repeat(false, 12), true], observer.Snapshots.Select(s => s.Final));
        for (var second = 0; second < 12; second++)
        {
            var all = new LatencyHistogram();
            foreach (var script in scripts)
                script.Reports[second].Total.Response.AddTo(all);
            Assert.Equal(all.Summary(), shown[second].Summary);
            Assert.Equal(all.Summary(), Assert.Single(observer.Snapshots[second].NewRows).Response);
            Assert.Equal((6, 1.5), (observer.Snapshots[second].NewRows[0].Users, observer.Snapshots[second].NewRows[0].Cpu));
        }
        Assert.Equal("300 rps", observer.Snapshots[5].PhaseName);
        Assert.Equal((300, 6), (observer.Snapshots[5].PlannedRate, observer.Snapshots[5].Users));
    }

    [Fact]
    public void A_late_worker_is_waited_for_until_the_others_are_three_seconds_ahead()
    {
        var scripts = Scripts(2, 8, seed: 5, "item");
        var merged = new MergedRun(WorkerScript.Plan(8, "item"), Names(2), _observer);
        merged.Accept(1, scripts[1].Reports[0]);
        for (var second = 0; second < 4; second++)
            merged.Accept(0, scripts[0].Reports[second]);
        Assert.Equal([1], _observer.Snapshots.Select(s => (int)s.Elapsed.TotalSeconds));

        merged.Accept(0, scripts[0].Reports[4]);
        Assert.Equal([1, 2], _observer.Snapshots.Select(s => (int)s.Elapsed.TotalSeconds));
        Assert.Equal(scripts[0].Reports[1].Total.Counts + scripts[1].Reports[0].Total.Counts, _observer.Snapshots[1].Total.Counts);

        for (var second = 1; second < 5; second++)
            merged.Accept(1, scripts[1].Reports[second]);
        Assert.Equal([1, 2, 3, 4, 5], _observer.Snapshots.Select(s => (int)s.Elapsed.TotalSeconds));
        Assert.Equal(scripts[0].Reports[4].Total.Counts + scripts[1].Reports[4].Total.Counts, _observer.Snapshots[^1].Total.Counts);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(14)]
    public void A_lost_worker_keeps_what_was_received(int received)
    {
        var scripts = Scripts(2, 20, seed: 6, "item", "list");
        var merged = new MergedRun(WorkerScript.Plan(20, "item", "list"), Names(2), _observer);
        foreach (var (worker, report) in InOrder(scripts).Where(r => r.Worker == 0 || r.Report.Sequence < received))
            merged.Accept(worker, report);
        Assert.False(merged.Finished);

        merged.Lose(1, TimeSpan.FromSeconds(17.5), "no heartbeat for 3 s");
        merged.Accept(1, scripts[1].Reports[^1]);

        Assert.True(merged.Finished);
        var result = merged.Result();
        Assert.Equal((RunEnd.WorkersLost, $"1 of 2 workers lost: w2 after {received} s (no heartbeat for 3 s)"), (result.End, result.StopReason));
        var part = scripts[1].Reports.Take(received).ToArray();
        Assert.Equal(scripts[0].Result.Total.Counts + part[^1].Total.Counts, Sent(result.Total.Counts));
        Assert.Equal(result.Total.Counts.Completed, result.Total.Response.Count);
        Assert.Equal(result.Total.Counts.Failed, result.Total.FailedResponse.Count);
        Assert.Equal(result.Series.Select(s => s.Counts.Completed), result.Series.Select(s => s.Response.Count));
        var (full, lost) = (result.Workers[0], result.Workers[1]);
        Assert.Equal((null, null, "no heartbeat for 3 s", TimeSpan.FromSeconds(received)), (full.LostReason, full.LostAfter, lost.LostReason, lost.LostAfter));
        Assert.Equal($"Worker w2 (10.0.0.2:7946) was lost: no heartbeat for 3 s. Its figures end at {received} s. Later requests of its part count as unsent, except those that another worker takes over", Assert.Single(result.Warnings).Text);
        Assert.Equal("worker.lost", Assert.Single(_observer.Warnings).Code);
        Assert.Single(_observer.Snapshots, s => s.Final);
    }

    [Fact]
    public void Values_of_a_lost_worker_without_a_snapshot_count_up_to_its_last_report()
    {
        var script = WorkerScript.Run(9, 4, "item");
        var merged = new MergedRun(WorkerScript.Plan(4, "item"), Names(2), _observer);
        merged.Accept(0, script.Reports[0]);
        merged.Accept(0, script.Reports[2]);
        merged.Lose(0, TimeSpan.FromSeconds(4), "killed");
        merged.Lose(1, TimeSpan.FromSeconds(4), "never reported");

        var result = merged.Result();
        Assert.Equal(script.Reports[2].Total.Counts, Sent(result.Total.Counts));
        Assert.Equal(script.Reports[0].Total.Response.Count + script.Reports[2].Total.Response.Count, result.Total.Response.Count);
        Assert.Contains("Reports not received from worker w1: 1. Values since its last snapshot may be missing", result.Warnings.Single(w => w.Code == "worker.reports_missed").Text);
        Assert.Equal((RunEnd.WorkersLost, "2 of 2 workers lost: w1 after 3 s (killed); w2 after 0 s (never reported)"), (result.End, result.StopReason));
    }

    [Fact]
    public void An_abort_condition_stops_all_workers_and_names_the_end()
    {
        var observer = new ActionObserver((control, s) =>
        {
            if (s.Elapsed >= TimeSpan.FromSeconds(3))
                control.Stop($"error_rate at {s.Elapsed.TotalSeconds} s");
        });
        var scripts = Scripts(2, 6, seed: 8, "item");
        var merged = new MergedRun(WorkerScript.Plan(60, "item"), Names(2), observer);
        foreach (var (worker, report) in InOrder(scripts).Where(r => r.Report.Sequence < 4))
            merged.Accept(worker, report);
        Assert.Equal("error_rate at 3 s", merged.StopReason);

        for (var k = 0; k < 2; k++)
            merged.Accept(k, Ended(scripts[k], RunEnd.Interrupted, "Interrupted"));

        Assert.Equal((RunEnd.Aborted, "error_rate at 3 s"), (merged.Result().End, merged.Result().StopReason));
    }

    [Theory]
    [InlineData(RunEnd.EngineFailed)]
    [InlineData(RunEnd.MemoryLimit)]
    public void A_worker_that_fails_stops_the_run_and_is_named(RunEnd end)
    {
        var scripts = Scripts(2, 3, seed: 9, "item");
        var merged = new MergedRun(WorkerScript.Plan(60, "item"), Names(2), _observer);
        merged.Accept(0, scripts[0].Reports[0]);
        merged.Accept(1, Ended(scripts[1], end, "no descriptors"));
        Assert.Equal("Worker w2: no descriptors", merged.StopReason);
        merged.Lose(0, TimeSpan.FromSeconds(3), "killed");
        Assert.Equal((end, "Worker w2: no descriptors"), (merged.Result().End, merged.Result().StopReason));
    }

    [Fact]
    public void A_worker_that_was_stopped_on_its_machine_counts_as_lost()
    {
        var scripts = Scripts(2, 3, seed: 10, "item");
        var merged = Merge(WorkerScript.Plan(3, "item"), 2, scripts[0].Reports.Select(r => (0, r)).Append((1, Ended(scripts[1], RunEnd.Interrupted, "Interrupted"))));
        Assert.Equal((RunEnd.WorkersLost, "1 of 2 workers lost: w2 after 3 s (it was interrupted on its machine)"), (merged.Result().End, merged.Result().StopReason));
    }

    [Fact]
    public void A_failing_observer_ends_the_run()
    {
        var merged = new MergedRun(WorkerScript.Plan(3, "item"), Names(1), new ActionObserver((_, _) => throw new InvalidOperationException("no terminal")));
        merged.Accept(0, WorkerScript.Run(1, 3, "item").Reports[0]);
        Assert.Equal("Observer failed: no terminal", merged.StopReason);
        Assert.Equal(RunEnd.EngineFailed, merged.Result().End);
    }

    [Fact]
    public void Windowed_percentiles_are_those_of_the_last_snapshots()
    {
        var script = WorkerScript.Run(2, 14, "item");
        var merged = new MergedRun(WorkerScript.Plan(14, "item") with { Percentiles = PercentileTracking.Windowed(TimeSpan.FromSeconds(10)) }, Names(1), _observer);
        foreach (var report in script.Reports.Take(14))
            merged.Accept(0, report);
        Assert.Equal(script.Reports[9].Total.Cumulative!.Response.Count, merged.Result().Total.Response.Count);
        Assert.Equal(script.Reports[13].Total.Counts, merged.Result().Total.Counts);
    }

    [Fact]
    public void A_report_of_another_scenario_is_refused()
    {
        var merged = new MergedRun(WorkerScript.Plan(3, "item"), Names(1), _observer);
        var error = Assert.Throws<FormatException>(() => merged.Accept(0, WorkerScript.Run(1, 1, "other").Reports[0]));
        Assert.Equal("Worker w1 reports 1 series that are not those of the scenario (1); expected the same scenario and release on all machines", error.Message);
    }

    [Fact]
    public void A_worker_that_takes_over_adds_to_the_result()
    {
        var scripts = Scripts(2, 4, seed: 12, "item");
        var merged = new MergedRun(WorkerScript.Plan(4, "item"), Names(1), _observer);
        merged.Accept(0, scripts[0].Reports[0]);
        var joined = merged.Join(new WorkerIdentity("w2", "10.0.0.2:7946") { Takeover = new Takeover(0, SchedulePartition.Whole, TimeSpan.FromSeconds(2)) });
        merged.Lose(0, TimeSpan.FromSeconds(1), "killed");
        Assert.False(merged.Finished);
        foreach (var report in scripts[1].Reports)
            merged.Accept(joined, report);

        Assert.True(merged.Finished);
        var result = merged.Result();
        Assert.Equal((RunEnd.WorkersLost, scripts[0].Reports[0].Total.Counts + scripts[1].Result.Total.Counts), (result.End, Sent(result.Total.Counts)));
    }

    [Fact]
    public void A_worker_that_was_the_limit_makes_the_run_invalid_and_is_named()
    {
        var scripts = Scripts(2, 3, seed: 13, "item");
        var last = scripts[1].Reports[^1];
        scripts[1].Reports[^1] = last with { Health = last.Health with { Threads = [new EngineThreadHealth("load-engine-0", 0.99, 0)] } };
        var verdict = RunVerdict.Of(Merge(WorkerScript.Plan(3, "item"), 2, InOrder(scripts)).Result());
        Assert.False(verdict.Valid);
        Assert.Equal("Worker w2: load-engine-0 used 99 % of a core (limit 95 %); the generator was the limit", Assert.Single(verdict.Reasons).Text);
    }

    /// <summary>Without the share of lost workers; the scripts' own counts have nothing unsent.</summary>
    private static RunCounts Sent(RunCounts counts) => counts with { Offered = counts.Sent, Unsent = 0 };

    private static WorkerReport Ended(WorkerScript script, RunEnd end, string reason) =>
        script.Reports[^1] with { End = script.Reports[^1].End! with { End = end, StopReason = reason } };

    private static void AssertSame(SeriesResult expected, SeriesResult actual)
    {
        Assert.Equal(expected.Counts, actual.Counts);
        Assert.Equal(expected.StatusClasses, actual.StatusClasses);
        foreach (var (e, a) in new[] { (expected.Response, actual.Response), (expected.FailedResponse, actual.FailedResponse), (expected.Service, actual.Service) })
        {
            Assert.Equal(e.Buckets(), a.Buckets());
            Assert.Equal((e.Summary(), e.Min, e.Clamped), (a.Summary(), a.Min, a.Clamped));
        }
    }
}

internal static class Intervals
{
    public static LatencySummary IntervalSummary(this IntervalSnapshot snapshot) => snapshot.Total.IntervalHistogram.Summary();
}
