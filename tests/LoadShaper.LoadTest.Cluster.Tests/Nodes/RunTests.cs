using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Work;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Tests.Engine;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Nodes;

/// <summary>Runs of real nodes with the real engine against a server in this process.</summary>
public sealed class RunTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("loadshaper-run-");

    public void Dispose() => _directory.Delete(true);

    [Fact]
    public async Task Two_workers_send_the_requests_of_the_whole_with_a_data_file()
    {
        await using var server = ScriptedServer.Answering(TestScenario.Ok);
        // More than one part of a transfer.
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "ids.csv"), "id\n" + string.Join('\n', Enumerable.Range(0, 30_000).Select(i => $"number-{i}")) + "\n");
        var scenario = TestScenario.Of(server.Port, "rps: 100, for: 2s", "get: \"/${id}\", data: ids.csv", _directory.FullName);
        await using var cluster = await TestCluster.StartAsync();
        _ = cluster.Worker("w1");
        _ = cluster.Worker("w2");
        await cluster.JoinedAsync(2);
        var seconds = 0;

        var result = await TestScenario.ExecuteAsync(cluster, scenario, new ActionObserver((_, _) => seconds++));

        Assert.Equal((RunEnd.Finished, 200L, 200L), (result.End, result.Total.Counts.Sent, result.Total.Counts.Completed));
        Assert.Equal(200, server.Requests);
        Assert.Equal(200, server.Heads.Select(head => head.Split(' ')[1]).Distinct().Count());
        Assert.Equal([100L, 100L], result.Workers.Select(w => w.Figures.Counts.Sent));
        Assert.All(result.Workers, worker => Assert.NotNull(worker.Figures.StartSkew));
        Assert.True(seconds > 0);
    }

    [Fact]
    public async Task Workers_serve_one_run_after_the_other()
    {
        await using var server = ScriptedServer.Answering(TestScenario.Ok);
        var scenario = TestScenario.Of(server.Port, "rps: 50, for: 1s");
        await using var cluster = await TestCluster.StartAsync();
        var worker = cluster.Worker("w1");
        await cluster.JoinedAsync(1);

        var first = await TestScenario.ExecuteAsync(cluster, scenario);
        var second = await TestScenario.ExecuteAsync(cluster, scenario);
        await cluster.Coordinator.DisposeAsync();

        Assert.Equal([RunEnd.Finished, RunEnd.Finished], [first.End, second.End]);
        Assert.Equal(100, server.Requests);
        Assert.Equal(LoadExitCode.Ok, await worker);
    }

    [Fact]
    public async Task An_abort_condition_stops_every_worker_and_every_request_is_counted()
    {
        await using var server = ScriptedServer.Answering(TestScenario.Ok);
        var scenario = TestScenario.Of(server.Port, "rps: 100, for: 10m");
        await using var cluster = await TestCluster.StartAsync();
        _ = cluster.Worker("w1");
        _ = cluster.Worker("w2");
        await cluster.JoinedAsync(2);

        var result = await TestScenario.ExecuteAsync(cluster, scenario, new ActionObserver((control, _) => control.Stop("enough")));

        Assert.Equal((RunEnd.Aborted, "enough"), (result.End, result.StopReason));
        AssertCounted(server, result);
        Assert.True(result.Total.Counts.Sent is > 0 and < 60_000);
    }

    [Fact]
    public async Task An_interruption_ends_the_run_with_what_was_sent()
    {
        await using var server = ScriptedServer.Answering(TestScenario.Ok);
        var scenario = TestScenario.Of(server.Port, "rps: 100, for: 10m");
        await using var cluster = await TestCluster.StartAsync();
        var worker = cluster.Worker("w1");
        await cluster.JoinedAsync(1);
        using var interrupt = new CancellationTokenSource();

        var result = await TestScenario.ExecuteAsync(cluster, scenario, new ActionObserver((_, _) => interrupt.Cancel()), interrupt.Token);

        Assert.Equal(RunEnd.Interrupted, result.End);
        AssertCounted(server, result);
        await cluster.Coordinator.DisposeAsync();
        Assert.Equal(LoadExitCode.Ok, await worker);
    }

    [Theory]
    [InlineData(WorkerLossPolicy.Keep)]
    [InlineData(WorkerLossPolicy.Rebalance)]
    public async Task A_worker_that_is_interrupted_is_lost_and_its_requests_are_counted(WorkerLossPolicy policy)
    {
        await using var server = ScriptedServer.Answering(TestScenario.Ok);
        var scenario = TestScenario.Of(server.Port, "rps: 50, for: 6s");
        await using var cluster = await TestCluster.StartAsync(new CoordinatorOptions { OnWorkerLoss = policy });
        using var interrupt = new CancellationTokenSource();
        _ = cluster.Worker("w1");
        await cluster.JoinedAsync(1);
        var second = cluster.Worker("w2", cancel: interrupt.Token);
        await cluster.JoinedAsync(2);

        var result = await TestScenario.ExecuteAsync(cluster, scenario, new ActionObserver((_, _) => interrupt.Cancel()));

        Assert.Equal(LoadExitCode.Interrupted, await second);
        Assert.Equal(RunEnd.WorkersLost, result.End);
        Assert.Contains("w2", result.StopReason, StringComparison.Ordinal);
        AssertCounted(server, result);
        Assert.Equal(policy == WorkerLossPolicy.Rebalance ? ["w1", "w2", "w1 (for w2)"] : ["w1", "w2"], result.Workers.Select(w => w.Label));
        Assert.Equal(300, result.Total.Counts.Offered);
        Assert.NotNull(result.Workers[1].LostAfter);
        // No request is sent twice.
        Assert.Equal(server.Requests, server.Heads.Select(head => head.Split(' ')[1]).Distinct().Count());
    }

    [Fact]
    public async Task A_scenario_that_a_worker_cannot_execute_ends_the_run_before_the_start()
    {
        var scenario = TestScenario.Of(9, "rps: 50, for: 1s");
        await using var cluster = await TestCluster.StartAsync();
        _ = cluster.Worker("w1", new FailingEngine());
        await cluster.JoinedAsync(1);

        var result = await TestScenario.ExecuteAsync(cluster, scenario);

        Assert.Equal((RunEnd.EngineFailed, "Worker w1: no such file"), (result.End, result.StopReason));
    }

    /// <summary>The server has every request that was sent, except for those that were under way at the stop.</summary>
    private static void AssertCounted(ScriptedServer server, RunResult result)
    {
        var counts = result.Total.Counts;
        Assert.InRange(server.Requests, counts.Completed + counts.Failed - counts.ConnectFailed, counts.Sent - counts.ConnectFailed);
    }

    private sealed class FailingEngine : IWorkerEngine
    {
        public Scenario Open(ScenarioPackage package, Func<string, ReadOnlyMemory<byte>?> files) => throw new IOException("no such file");

        public Task ExecuteAsync(Scenario scenario, WorkerAssignment assignment, Action<WorkerReport> report, CancellationToken cancel) => Task.CompletedTask;
    }
}
