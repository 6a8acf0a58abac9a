using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Verdict;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Verdict;

public class RunVerdictTests
{
    private static LatencyHistogram Of(params long[] microseconds)
    {
        var histogram = new LatencyHistogram();
        foreach (var value in microseconds)
            histogram.Record(value);
        return histogram;
    }

    private static RunResult Result(long sent = 1_000, long offered = 1_000, double cpu = 0.5, double runQueue = 0.01, long lag = 50, long response = 2_000, RunEnd end = RunEnd.Finished, params ErrorRow[] errors) => new()
    {
        StartedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromSeconds(10),
        PlannedDuration = TimeSpan.FromSeconds(10),
        End = end,
        StopReason = end == RunEnd.Finished ? null : "the reason",
        Total = new SeriesResult
        {
            Name = "all",
            Counts = new RunCounts { Offered = offered, Sent = sent, Completed = sent, Unsent = offered - sent },
            Response = Of(response),
            FailedResponse = Of(),
            Service = Of(response),
        },
        Series = [],
        Warmup = default,
        Timeline = [],
        Errors = errors,
        Health = new GeneratorHealth
        {
            Lag = Of(lag),
            Threads = [new EngineThreadHealth("load-engine-0", cpu, runQueue)],
            Cpu = cpu,
            ResidentBytesAtStart = 0,
            ResidentBytesPeak = 0,
            ResidentBytes = 0,
            Engine = "epoll",
        },
        Percentiles = PercentileTracking.Full,
    };

    private static string[] Codes(RunResult result) => [.. RunVerdict.Of(result).Reasons.Select(reason => reason.Code)];

    [Fact]
    public void A_run_without_a_finding_is_valid()
    {
        var verdict = RunVerdict.Of(Result());
        Assert.True(verdict.Valid);
        Assert.Empty(verdict.Reasons);
    }

    [Theory]
    [InlineData(990, true)]
    [InlineData(989, false)]
    public void At_least_99_percent_must_be_sent(long sent, bool valid)
    {
        var result = Result(sent: sent);
        Assert.Equal(valid, RunVerdict.Of(result).Valid);
        Assert.Equal(valid ? [] : ["sent"], Codes(result));
    }

    [Fact]
    public void The_reason_says_whether_the_generator_or_the_connections_were_the_limit()
    {
        Assert.Contains("all connections were in use", RunVerdict.Of(Result(sent: 500)).Reasons[0].Text, StringComparison.Ordinal);
        var cpu = RunVerdict.Of(Result(sent: 500, cpu: 0.97));
        Assert.Equal(["sent", "cpu"], cpu.Reasons.Select(reason => reason.Code));
        Assert.Contains("no CPU time left", cpu.Reasons[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thread_at_the_limit_makes_the_run_invalid()
    {
        Assert.Equal(["cpu"], Codes(Result(cpu: 0.95)));
        Assert.Equal(["run_queue"], Codes(Result(runQueue: 0.10)));
        Assert.Empty(Codes(Result(cpu: double.NaN, runQueue: double.NaN)));
    }

    [Theory]
    [InlineData(2_001, 20_000, false)]
    [InlineData(1_990, 20_000, true)]
    [InlineData(1_000, 1_100, true)]
    [InlineData(1_100, 1_200, false)]
    public void Lag_beyond_a_tenth_of_the_latency_and_a_millisecond_makes_the_run_invalid(long lag, long response, bool valid)
    {
        Assert.Equal(valid ? [] : ["lag"], Codes(Result(lag: lag, response: response)));
    }

    [Fact]
    public void A_run_about_growth_is_valid_with_late_requests_and_invalid_with_too_few()
    {
        var late = Result(lag: 5_000, response: 6_000, runQueue: 0.5);
        Assert.Equal(["run_queue", "lag"], Codes(late));
        Assert.True(RunVerdict.Of(late, VerdictLimits.LoadOnly).Valid);
        Assert.Equal("sent", Assert.Single(RunVerdict.Of(Result(offered: 1_000, sent: 900), VerdictLimits.LoadOnly).Reasons).Code);
    }

    [Fact]
    public void A_failed_engine_and_the_memory_limit_make_the_run_invalid()
    {
        Assert.Equal(["engine"], Codes(Result(end: RunEnd.EngineFailed)));
        Assert.Equal(["memory"], Codes(Result(end: RunEnd.MemoryLimit)));
        Assert.Empty(Codes(Result(end: RunEnd.Interrupted)));
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Failures_of_the_own_machine_make_the_run_invalid(long count, bool valid)
    {
        var error = new ErrorRow("connect: no free local port", "get", FailureKind.LocalResource, count, default, default);
        Assert.Equal(valid ? [] : ["local_resource"], Codes(Result(errors: error)));
    }

    [Fact]
    public void The_counts_line_names_every_count()
    {
        var counts = new RunCounts { Offered = 6, Sent = 5, Completed = 4, Failed = 1, Late = 2, Unsent = 1 };
        Assert.Equal("offered 6 / sent 5 / completed 4 / failed 1 / late 2 / unsent 1", RunVerdict.CountsLine(counts));
    }
}
