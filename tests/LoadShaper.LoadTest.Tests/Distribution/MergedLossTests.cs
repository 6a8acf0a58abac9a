using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine;
using LoadShaper.LoadTest.Verdict;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Distribution;

public class MergedLossTests
{
    private readonly ActionObserver _observer = new();

    private static WorkerIdentity Worker(int k) => new($"w{k}", $"10.0.0.{k}:7946");

    private MergedRun Run(int workers, RunPlan plan) => new(plan, [.. Enumerable.Range(1, workers).Select(Worker)], _observer);

    [Fact]
    public void A_run_that_lost_a_worker_is_not_valid()
    {
        var merged = Run(2, WorkerScript.Plan(3, "item"));
        foreach (var report in WorkerScript.Run(1, 3, "item").Reports)
            merged.Accept(0, report);
        merged.Lose(1, TimeSpan.FromSeconds(5), "killed");

        var verdict = RunVerdict.Of(merged.Result());
        Assert.False(verdict.Valid);
        Assert.Equal(new VerdictReason("workers", "1 of 2 workers lost: w2 after 0 s (killed)"), Assert.Single(verdict.Reasons));
    }

    [Fact]
    public void A_worker_with_several_parts_is_counted_and_reported_once()
    {
        var merged = Run(3, WorkerScript.Plan(30, "item"));
        var scripts = Enumerable.Range(0, 3).Select(k => WorkerScript.Run(k, 4, "item")).ToArray();
        for (var k = 0; k < 3; k++)
            merged.Accept(k, scripts[k].Reports[0]);
        var second = merged.Join(Worker(2) with { Takeover = new Takeover(0, new SchedulePartition(0, 6), TimeSpan.FromSeconds(9)) });
        var third = merged.Join(Worker(3) with { Takeover = new Takeover(0, new SchedulePartition(3, 6), TimeSpan.FromSeconds(9)) });
        merged.Lose(0, TimeSpan.FromSeconds(6), "killed");
        merged.Lose(1, TimeSpan.FromSeconds(12), "gone");
        merged.Lose(second, TimeSpan.FromSeconds(12), "gone");
        merged.Accept(2, scripts[2].Reports[^1]);
        merged.Accept(third, scripts[1].Reports[^1]);

        Assert.True(merged.Finished);
        var result = merged.Result();
        Assert.Equal("2 of 3 workers lost: w1 after 1 s (killed); w2 after 1 s (gone)", result.StopReason);
        Assert.Equal(["w1", "w2", "w3", "w2 (for w1)", "w3 (for w1)"], result.Workers.Select(w => w.Label));
        Assert.Equal([(null, "w1"), (null, "w2"), (null, "w3"), ("w1", "w2"), ("w1", "w3")], result.Workers.Select(w => (w.For, w.Name)));
        Assert.Equal(2, _observer.Warnings.Count(w => w.Code == "worker.lost"));
    }

    [Fact]
    public void What_a_lost_worker_did_not_send_counts_as_offered_and_unsent()
    {
        // 300 requests a second for 20 s; each worker has half of them.
        var merged = Run(2, WorkerScript.Plan(20, "item"));
        var script = WorkerScript.Run(1, 20, "item");
        merged.Accept(0, With(script.Reports[^1], 3_000));
        merged.Accept(1, With(script.Reports[4], 750));
        merged.Lose(1, TimeSpan.FromSeconds(10), "killed");

        var result = merged.Result();
        Assert.Equal((6_000, 3_750, 2_250), (result.Total.Counts.Offered, result.Total.Counts.Sent, result.Total.Counts.Unsent));
        Assert.Equal(result.Total.Counts, result.Series[0].Counts);
        Assert.Equal(0.625, result.Total.Counts.SentRatio);
        Assert.Equal((3_000, 2_250), (result.Workers[1].Result.Total.Counts.Offered, result.Workers[1].Result.Total.Counts.Unsent));
        Assert.Equal("workers", Assert.Single(RunVerdict.Of(result).Reasons).Code);
    }

    [Fact]
    public void Only_the_gap_before_a_takeover_counts_as_unsent()
    {
        var merged = Run(2, WorkerScript.Plan(20, "item"));
        var script = WorkerScript.Run(1, 20, "item");
        merged.Accept(1, With(script.Reports[4], 750));
        var joined = merged.Join(Worker(1) with { Takeover = new Takeover(1, new SchedulePartition(1, 2), TimeSpan.FromSeconds(12)) });
        merged.Lose(1, TimeSpan.FromSeconds(10), "killed");
        merged.Accept(0, With(script.Reports[^1], 3_000));
        merged.Accept(joined, With(script.Reports[^1], 1_200));

        var counts = merged.Result().Total.Counts;
        Assert.Equal((6_000, 4_950, 1_050), (counts.Offered, counts.Sent, counts.Unsent));
    }

    [Fact]
    public void A_part_that_is_lost_again_is_missing_from_its_takeover()
    {
        var merged = Run(2, WorkerScript.Plan(20, "item"));
        merged.Accept(1, With(WorkerScript.Run(1, 20, "item").Reports[4], 750));
        var joined = merged.Join(Worker(1) with { Takeover = new Takeover(1, new SchedulePartition(1, 2), TimeSpan.FromSeconds(12)) });
        merged.Lose(1, TimeSpan.FromSeconds(10), "killed");
        merged.Lose(0, TimeSpan.FromSeconds(16), "killed");
        merged.Lose(joined, TimeSpan.FromSeconds(16), "killed");

        var result = merged.Result();
        Assert.Equal((TimeSpan.FromSeconds(16), 4_800, 750), (result.Duration, result.Total.Counts.Offered, result.Total.Counts.Sent));
        Assert.Equal([2_400, 1_800, 600], result.Workers.Select(w => w.Result.Total.Counts.Offered));
    }

    [Fact]
    public void An_interrupted_worker_has_the_fields_of_a_lost_one()
    {
        var merged = Run(2, WorkerScript.Plan(20, "item"));
        var (whole, part) = (WorkerScript.Run(1, 20, "item").Reports, WorkerScript.Run(2, 4, "item").Reports);
        merged.Accept(1, With(part[^1], 600) with { End = part[^1].End! with { End = RunEnd.Interrupted, StopReason = "Interrupted" } });
        Assert.Equal("Worker w2 (10.0.0.2:7946) was lost: it was interrupted on its machine. Its figures end at 4 s. Later requests of its part count as unsent, except those that another worker takes over", Assert.Single(_observer.Warnings).Text);
        merged.Lose(1, TimeSpan.FromSeconds(5), "it was interrupted on its machine");
        merged.Accept(0, With(whole[^1], 3_000));

        var result = merged.Result();
        Assert.Equal((RunEnd.WorkersLost, "1 of 2 workers lost: w2 after 4 s (it was interrupted on its machine)"), (result.End, result.StopReason));
        Assert.Equal(("it was interrupted on its machine", TimeSpan.FromSeconds(4), RunEnd.WorkersLost), (result.Workers[1].LostReason, result.Workers[1].LostAfter, result.Workers[1].Result.End));
        Assert.Equal((6_000, 2_400), (result.Total.Counts.Offered, result.Total.Counts.Unsent));
        Assert.Single(_observer.Warnings, w => w.Code == "worker.lost");
    }

    [Theory]
    [InlineData(-1.8, 0)]
    [InlineData(17, 10)]
    public void The_time_of_a_loss_is_within_the_run(double at, double shown)
    {
        var merged = Run(1, WorkerScript.Plan(10, "item"));
        merged.Lose(0, TimeSpan.FromSeconds(at), "killed");
        Assert.Equal(TimeSpan.FromSeconds(shown), Assert.Single(_observer.Warnings).At);
    }

    private static WorkerReport With(WorkerReport report, long sent) => report with
    {
        Total = report.Total with { Counts = Samples.Counts(sent) },
        Series = [.. report.Series.Select(series => series with { Counts = Samples.Counts(sent) })],
    };
}
