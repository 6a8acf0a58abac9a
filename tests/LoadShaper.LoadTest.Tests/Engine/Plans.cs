using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

/// <summary>Short plans against local servers.</summary>
internal static class Plans
{
    internal static LoadTarget Http(int port) => new() { Name = $"http://127.0.0.1:{port}", Protocol = TargetProtocol.Http, Host = "127.0.0.1", Port = port };

    internal static HttpStep Get(string path = "/", string name = "get") => new() { Name = name, Path = Template.Literal(path) };

    internal static RunPlan Open(LoadTarget target, LoadStep step, double rate = 200, double seconds = 0.5, int connections = 4, double timeout = 5) => new()
    {
        Targets = [target],
        Flows = [Flow.Of(step)],
        Phases = [new ConstantRate(rate, TimeSpan.FromSeconds(seconds))],
        Connections = connections,
        Timeouts = RequestTimeouts.OfTotal(TimeSpan.FromSeconds(timeout)),
        // A busy test machine delays everything; a backlog is still sent, so that counts are exact.
        LateAfter = TimeSpan.FromSeconds(30),
    };

    internal static RunPlan Closed(LoadTarget target, LoadStep step, int users = 4, double seconds = 0.5, double timeout = 5) => Open(target, step) with
    {
        Phases = [new ClosedUsers(users, 0, ThinkTime.None, TimeSpan.FromSeconds(seconds))],
        Connections = users,
        Timeouts = RequestTimeouts.OfTotal(TimeSpan.FromSeconds(timeout)),
    };

    /// <summary>Executes and checks what holds for every run.</summary>
    internal static async Task<RunResult> RunAsync(RunPlan plan, IRunObserver? observer = null, CancellationToken cancellation = default)
    {
        var result = await LoadRun.ExecuteAsync(plan, observer, cancellation).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        var counts = result.Total.Counts;
        Assert.Equal(counts.Offered, counts.Sent + counts.Unsent);
        Assert.Equal(counts.Sent, counts.Completed + counts.Failed + counts.Unfinished);
        Assert.Equal(counts.Failed, result.Errors.Sum(error => error.Count));
        Assert.Equal(counts, result.Series.Aggregate(default(RunCounts), (sum, series) => sum + series.Counts));
        var rows = result.Timeline.Where(row => !row.Warmup).Aggregate(default(RunCounts), (sum, row) => sum + row.Counts);
        if (result.Warmup == default)
            Assert.Equal((counts.Offered, counts.Sent, counts.Completed, counts.Failed), (rows.Offered, rows.Sent, rows.Completed, rows.Failed));
        if (plan.Percentiles.Mode == PercentileMode.On)
            Assert.Equal((counts.Completed, counts.Failed), (result.Total.Response.Count, result.Total.FailedResponse.Count));
        return result;
    }
}
