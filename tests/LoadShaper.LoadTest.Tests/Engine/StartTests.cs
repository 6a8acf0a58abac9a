using System.Diagnostics;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

public class StartTests
{
    private static readonly long Second = Stopwatch.Frequency;

    [Fact]
    public async Task A_run_starts_at_the_given_instant_and_reports_its_skew()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get());
        var result = await LoadRun.ExecuteAsync(plan, null, new LoadRunOptions { StartAt = Stopwatch.GetTimestamp() + Second / 5 }, CancellationToken.None);
        Assert.Equal((RunEnd.Finished, 100), (result.End, result.Total.Counts.Completed));
        Assert.True(result.StartSkew >= TimeSpan.Zero);
    }

    [Fact]
    public async Task A_run_whose_start_was_missed_sends_nothing_and_gives_the_reason()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get());
        var result = await LoadRun.ExecuteAsync(plan, null, new LoadRunOptions { StartAt = Stopwatch.GetTimestamp() - Second }, CancellationToken.None);
        Assert.Equal((RunEnd.StartMissed, 0, null), (result.End, server.Accepted, result.StartSkew));
        Assert.StartsWith("The start was missed by 1", result.StopReason);
        Assert.Contains("(limit 250 ms); nothing was sent", result.StopReason);
    }

    [Fact]
    public async Task A_run_that_is_interrupted_while_it_waits_for_its_start_sends_nothing()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        using var stop = new CancellationTokenSource();
        var run = LoadRun.ExecuteAsync(Plans.Open(Plans.Http(server.Port), Plans.Get()), null, new LoadRunOptions { StartAt = Stopwatch.GetTimestamp() + 3_600 * Second }, stop.Token);
        await stop.CancelAsync();
        var result = await run.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        Assert.Equal((RunEnd.Interrupted, 0, TimeSpan.Zero), (result.End, result.Total.Counts.Offered, result.Duration));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Requests_that_are_overdue_when_the_permission_to_send_expired_are_not_sent(int steps)
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        // As after a pause of the process: the schedule is 5 s old, the permission 1 s.
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 100, seconds: 20) with { Flows = [new Flow("f", 1, [.. Enumerable.Range(0, steps).Select(i => Plans.Get(name: $"s{i}"))])] };
        var options = new LoadRunOptions { StartAt = Stopwatch.GetTimestamp() - 5 * Second, LatestStart = TimeSpan.FromHours(1), SendLimit = new SendLimit(Stopwatch.GetTimestamp() - Second) };

        var result = await LoadRun.ExecuteAsync(plan, null, options, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((RunEnd.Interrupted, "The permission to send expired"), (result.End, result.StopReason));
        Assert.Equal((0, 0, 0), (result.Total.Counts.Offered, result.Total.Counts.Sent, server.Requests));
    }

    [Fact]
    public async Task A_permission_to_send_that_is_renewed_lets_the_run_go_on_until_it_expires()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var limit = new SendLimit(Stopwatch.GetTimestamp() + 3_600 * Second);
        var observer = new ActionObserver((_, _) => limit.MoveTo(Stopwatch.GetTimestamp()));
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 100, seconds: 3_600);

        var result = await LoadRun.ExecuteAsync(plan, observer, new LoadRunOptions { SendLimit = limit }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(RunEnd.Interrupted, result.End);
        Assert.True(result.Total.Counts.Completed > 0);
        Assert.Equal(result.Total.Counts.Sent, server.Requests);
    }

    [Fact]
    public async Task A_part_that_is_taken_over_sends_the_rest_of_the_schedule()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var observer = new ActionObserver();
        var plan = Plans.Open(Plans.Http(server.Port), Plans.Get(), rate: 100, seconds: 3.5);
        var options = new LoadRunOptions { StartAt = Stopwatch.GetTimestamp() - 2 * Second, From = TimeSpan.FromSeconds(2.4), CumulativeEvery = 1 };

        var result = await LoadRun.ExecuteAsync(plan, observer, options, CancellationToken.None);

        Assert.Equal((110, 110), (result.Total.Counts.Offered, result.Total.Counts.Sent));
        Assert.Equal(TimeSpan.FromSeconds(2), result.Timeline[0].Start);
        var last = observer.Snapshots[^1].Cumulative!;
        Assert.Single(last);
        Assert.Equal((110, 110), (last[0].Counts.Completed, last[0].Response.Count));
        Assert.Equal(result.Total.Response.Buckets(), last[0].Response.Buckets());
    }
}
