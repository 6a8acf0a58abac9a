using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

public class RunControlTests
{
    [Fact]
    public async Task An_interrupted_run_gives_what_it_has()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        using var stop = new CancellationTokenSource();
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get(), seconds: 3_600),
            new ActionObserver((_, _) => stop.Cancel()), stop.Token);
        Assert.Equal((RunEnd.Interrupted, "Interrupted"), (result.End, result.StopReason));
        Assert.True(result.Total.Counts.Completed > 0);
        Assert.Equal(result.Total.Counts.Sent, server.Requests);
        Assert.True(result.Duration < result.PlannedDuration);
    }

    [Fact]
    public async Task A_run_that_is_interrupted_while_a_target_hangs_ends_with_unfinished_requests()
    {
        await using var server = ScriptedServer.Start(connection => connection.HoldAsync());
        using var stop = new CancellationTokenSource();
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get(), seconds: 3_600, timeout: 500),
            new ActionObserver((_, _) => stop.Cancel()), stop.Token);
        Assert.Equal((4, 4), (result.Total.Counts.Sent, result.Total.Counts.Unfinished));
    }

    [Fact]
    public async Task The_observer_can_abort_and_its_first_reason_stays()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get(), seconds: 3_600), new ActionObserver((control, snapshot) =>
            control.Stop($"error_rate at interval {snapshot.Sequence}")));
        Assert.Equal((RunEnd.Aborted, "error_rate at interval 0"), (result.End, result.StopReason));
    }

    [Fact]
    public async Task A_failing_observer_ends_the_run_with_its_message()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get(), seconds: 3_600), new ActionObserver((_, _) =>
            throw new InvalidOperationException("no terminal")));
        Assert.Equal((RunEnd.EngineFailed, "Observer failed: no terminal"), (result.End, result.StopReason));
        Assert.True(result.Total.Counts.Completed > 0);
    }

    [Fact]
    public async Task The_memory_limit_stops_the_run_and_warns_before()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var observer = new ActionObserver();
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), seconds: 3_600) with { MemoryLimitBytes = 16 << 20 };
        var result = await Plans.RunAsync(plan, observer);
        Assert.Equal(RunEnd.MemoryLimit, result.End);
        Assert.Equal("memory.limit", Assert.Single(result.Warnings).Code);
        Assert.Contains(observer.Warnings, warning => warning.Code == "memory.limit");
    }

    [Fact]
    public async Task Intervals_add_up_to_the_result()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var histogram = new LatencyHistogram(2);
        var observer = new ActionObserver((_, snapshot) => histogram.Add(snapshot.Series[0].IntervalHistogram));
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 100, seconds: 2.2) with
        {
            Flows = [Flow.Of(Plans.Get("/a", "a")), Flow.Of(Plans.Get("/b", "b"))],
        };
        var result = await Plans.RunAsync(plan, observer);

        Assert.Equal(220, observer.Snapshots.Sum(snapshot => snapshot.Total.Interval.Completed));
        Assert.Equal(Enumerable.Range(0, observer.Snapshots.Count).Select(i => (long)i), observer.Snapshots.Select(snapshot => snapshot.Sequence));
        Assert.True(observer.Snapshots[^1].Final);
        Assert.Equal(result.Series[0].Response.Count, histogram.Count);
        Assert.Equal(result.Timeline, observer.Snapshots.SelectMany(snapshot => snapshot.NewRows));
        Assert.Equal(220, observer.Snapshots[^1].Total.Counts.Completed);
        Assert.Equal("100 rps", observer.Snapshots[0].PhaseName);
        Assert.Equal($"http://127.0.0.1:{server.Port}: 127.0.0.1:{server.Port}", Assert.Single(observer.Started!.Addresses));
        Assert.True(double.IsFinite(result.Health.Threads[0].Cpu));
    }

    [Theory]
    [InlineData(PercentileMode.Off, 0, 0)]
    [InlineData(PercentileMode.Sampled, 10, 90)]
    public async Task Percentiles_can_be_off_or_sampled_and_counts_stay_exact(PercentileMode mode, long least, long most)
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var percentiles = mode == PercentileMode.Off ? PercentileTracking.Off : PercentileTracking.Sampled(0.25);
        var result = await Plans.RunAsync(Plans.Open(Plans.Http(server.Port), Plans.Get()) with { Percentiles = percentiles });
        Assert.Equal(100, result.Total.Counts.Completed);
        Assert.InRange(result.Total.Response.Count, least, most);
    }

    [Fact]
    public async Task Windowed_percentiles_are_those_of_the_last_full_window()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 50, seconds: 2.5) with { Percentiles = PercentileTracking.Windowed(TimeSpan.FromSeconds(1)) };
        var result = await Plans.RunAsync(plan);
        Assert.Equal(125, result.Total.Counts.Completed);
        Assert.InRange(result.Total.Response.Count, 1, 124);
    }

    [Fact]
    public async Task Several_engine_threads_share_schedule_and_connections()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var observer = new ActionObserver();
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get("/x") with { Path = Template.Of([TemplatePart.Text("/"), TemplatePart.Of(Variable.Index())]) }, connections: 5) with { EngineThreads = 3 };
        var result = await Plans.RunAsync(plan, observer);
        Assert.Equal((100, 100), (result.Total.Counts.Sent, result.Total.Counts.Completed));
        Assert.Equal(3, result.Health.Threads.Count);
        Assert.InRange(server.Accepted, 3, 5);
        Assert.Equal(100, server.Heads.Distinct().Count());
    }

    [Fact]
    public async Task Parts_of_a_schedule_are_the_whole_together()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var step = Plans.Get() with { Path = Template.Of([TemplatePart.Text("/"), TemplatePart.Of(Variable.Index())]) };
        var plan = Plans.Open(Plans.Http(server.Port), step, rate: 200, seconds: 0.25) with { Arrival = ArrivalProcess.Poisson };
        var whole = await Plans.RunAsync(plan);
        var parts = await Task.WhenAll(Enumerable.Range(0, 3).Select(k => Plans.RunAsync(plan with { Partition = new SchedulePartition(k, 3) })));
        Assert.Equal(whole.Total.Counts.Completed, parts.Sum(part => part.Total.Counts.Completed));
        Assert.Equal(whole.Total.Counts.Completed, server.Heads.Distinct().Count());
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_a_result_that_says_so()
    {
        var target = Plans.Http(80) with { Host = "no-such-host.invalid" };
        var result = await LoadRun.ExecuteAsync(Plans.Open(target, Plans.Get()));
        Assert.Equal(RunEnd.EngineFailed, result.End);
        Assert.StartsWith("Cannot resolve host 'no-such-host.invalid': ", result.StopReason, StringComparison.Ordinal);
        Assert.Equal(default, result.Total.Counts);
    }

    [Fact]
    public async Task A_plan_with_problems_is_refused_with_all_of_them()
    {
        var plan = Plans.Open(Plans.Http(0), Plans.Get("x y")) with { Connections = 0 };
        var error = await Assert.ThrowsAsync<ArgumentException>(() => LoadRun.ExecuteAsync(plan));
        Assert.Contains("connections is 0; expected 1 to 65000", error.Message, StringComparison.Ordinal);
        Assert.Contains("port is 0; expected 1 to 65535", error.Message, StringComparison.Ordinal);
        Assert.Contains("path is 'x y'; expected to start with '/'", error.Message, StringComparison.Ordinal);
    }
}
