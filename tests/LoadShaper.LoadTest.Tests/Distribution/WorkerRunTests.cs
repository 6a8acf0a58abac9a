using System.Diagnostics;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Distribution;

public class WorkerRunTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static Scenario Load(ScriptedServer server, string load, string more = "") => ScenarioLoader.FromText(
        "s.yaml", $"target: http://127.0.0.1:{server.Port}\nload: {{{load}}}\nconnections: 5\nlate_after: 30s\nsteps: [{{get: \"/${{index}}\"}}]\n{more}", new ScenarioOverrides(), new Dictionary<string, string>(), "/");

    private static long In(double seconds) => Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);

    /// <summary>All workers in this process, their reports through bytes into one run.</summary>
    private static async Task<RunResult> RunAsync(Scenario scenario, int workers, IRunObserver? observer = null)
    {
        var merged = new MergedRun(scenario.Plan, [.. Enumerable.Range(0, workers).Select(k => new WorkerIdentity($"w{k}", "local"))], observer ?? new Engine.ActionObserver());
        var start = In(0.3);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(k => WorkerRun.ExecuteAsync(
            scenario, new WorkerAssignment(new SchedulePartition(k, workers), start), report =>
            {
                var bytes = WorkerReportCodec.Encode(report);
                lock (merged)
                    merged.Accept(k, WorkerReportCodec.Decode(bytes));
            }, CancellationToken.None))).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(merged.Finished);
        return merged.Result();
    }

    [Fact]
    public async Task Two_workers_send_exactly_the_requests_of_the_whole()
    {
        await using var server = ScriptedServer.Answering(Ok);
        var observer = new Engine.ActionObserver();

        var result = await RunAsync(Load(server, "ramp: 50..150, for: 2s"), 2, observer);

        Assert.Equal((RunEnd.Finished, 200, 200), (result.End, result.Total.Counts.Offered, result.Total.Counts.Completed));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"/{i}").Order(StringComparer.Ordinal), server.Heads.Select(PathOf).Order(StringComparer.Ordinal));
        Assert.Equal([100L, 100], result.Workers.Select(w => w.Figures.Counts.Sent));
        Assert.Equal(200, result.Total.Response.Count);
        Assert.Equal(200, result.Timeline.Sum(r => r.Counts.Completed));
        Assert.Equal(200, observer.Snapshots.Sum(s => s.Total.Interval.Completed));
        Assert.All(result.Workers, w => Assert.True(w.Figures.StartSkew >= TimeSpan.Zero));
        Assert.Equal(["w0/load-engine-0", "w1/load-engine-0"], result.Health.Threads.Select(t => t.Name).Where(n => n.EndsWith("engine-0", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Users_and_connections_are_split()
    {
        await using var server = ScriptedServer.Answering(Ok);
        var result = await RunAsync(Load(server, "users: 5, for: 2s, think_time: 20ms..20ms"), 3);
        Assert.Equal(result.Total.Counts.Sent, server.Requests);
        Assert.Equal(server.Heads.Count, server.Heads.Select(PathOf).Distinct().Count());
        Assert.True(server.Accepted <= 5);
        Assert.Equal(5, result.Timeline[0].Users);
    }

    [Theory]
    [InlineData(5, 2, "3 2")]
    [InlineData(2, 3, "1 1 1")]
    [InlineData(100, 3, "34 33 33")]
    public void Connections_are_shared_with_at_least_one_each(int connections, int workers, string expected)
    {
        var plan = WorkerScript.Plan(1, "item") with { Connections = connections };
        Assert.Equal(expected, string.Join(" ", Enumerable.Range(0, workers).Select(k => WorkerRun.PlanOf(plan, new SchedulePartition(k, workers)).Connections)));
    }

    [Fact]
    public async Task Faults_happen_where_requests_are_sent_and_are_counted_over_all_workers()
    {
        await using var server = ScriptedServer.Answering(Ok);
        var result = await RunAsync(Load(server, "rps: 50, for: 1s", "faults: {latency: 5ms}\n"), 2);
        Assert.Equal(50, result.Total.Counts.Completed);
        Assert.True(result.Total.Response.Percentile(50) >= 10_000);
        Assert.NotEmpty(result.Faults!);
        Assert.Contains(result.Faults!.Values, count => count > 0);
    }

    [Fact]
    public async Task An_interrupted_worker_reports_what_it_has()
    {
        await using var server = ScriptedServer.Answering(Ok);
        using var stop = new CancellationTokenSource();
        var reports = new List<WorkerReport>();
        var result = await WorkerRun.ExecuteAsync(Load(server, "rps: 100, for: 1h"), new WorkerAssignment(SchedulePartition.Whole, In(0.1)), report =>
        {
            reports.Add(report);
            stop.Cancel();
        }, stop.Token).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        Assert.Equal(RunEnd.Interrupted, result.End);
        Assert.Equal((WorkerReportKind.Final, result.Total.Counts, result.End), (reports[^1].Kind, reports[^1].Total.Counts, reports[^1].End!.End));
        Assert.Equal(Enumerable.Range(0, reports.Count).Select(i => (long)i), reports.Select(r => r.Sequence));
    }

    [Theory]
    [InlineData("target: http://192.0.2.1:80", "192.0.2.1", RunEnd.EngineFailed)]
    [InlineData("target: http://127.0.0.1:1", "The start was missed by 1", RunEnd.StartMissed)]
    public async Task A_worker_that_cannot_start_sends_nothing_and_reports_why(string target, string reason, RunEnd end)
    {
        var scenario = ScenarioLoader.FromText("s.yaml", $"{target}\nload: {{rps: 1, for: 1s}}\nsteps: [{{get: /}}]\n", new ScenarioOverrides(), new Dictionary<string, string>(), "/");
        var reports = new List<WorkerReport>();
        await WorkerRun.ExecuteAsync(scenario, new WorkerAssignment(SchedulePartition.Whole, In(-1.2)), reports.Add, CancellationToken.None);
        var only = Assert.Single(reports);
        Assert.Equal((WorkerReportKind.Final, end), (only.Kind, only.End!.End));
        Assert.Contains(reason, only.End.StopReason);
    }

    private static string PathOf(string head) => head.Split(' ')[1];
}
