using LoadShaper.LoadTest.Cluster.Hosting;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Work;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Tests.Engine;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Nodes;

/// <summary>Nodes that end without a word.</summary>
public sealed class LossTests
{
    [Theory]
    [InlineData(WorkerLossPolicy.Keep)]
    [InlineData(WorkerLossPolicy.Rebalance)]
    public async Task A_worker_whose_node_ends_is_lost_and_what_it_reported_stays(WorkerLossPolicy policy)
    {
        await using var server = ScriptedServer.Answering(TestScenario.Ok);
        var scenario = TestScenario.Of(server.Port, policy == WorkerLossPolicy.Keep ? "rps: 40, for: 3s" : "rps: 40, for: 12s");
        await using var cluster = await TestCluster.StartAsync(new CoordinatorOptions { OnWorkerLoss = policy });
        ClusterNode? node = null;
        List<string> log = [];
        _ = cluster.Worker("w1", log: log);
        await cluster.JoinedAsync(1);
        var killed = cluster.Worker("w2", started: started => node = started);
        await cluster.JoinedAsync(2);

        var result = await TestScenario.ExecuteAsync(cluster, scenario, new ActionObserver((_, _) => node!.System.Terminate()));

        Assert.Equal(LoadExitCode.WorkersLost, await killed);
        Assert.Equal(RunEnd.WorkersLost, result.End);
        Assert.Contains("1 of ", result.StopReason, StringComparison.Ordinal);
        var lost = result.Workers.Single(w => w.Name == "w2");
        Assert.NotNull(lost.LostReason);
        Assert.NotNull(lost.LostAfter);
        Assert.Equal(result.Workers.Sum(w => w.Figures.Counts.Sent), result.Total.Counts.Sent);
        // The whole schedule is offered, also what nobody sent.
        Assert.Equal(policy == WorkerLossPolicy.Keep ? 120 : 480, result.Total.Counts.Offered);
        // What the lost one sent after its last report is not in the result.
        Assert.True(result.Total.Counts.Sent <= server.Requests);
        Assert.Equal(policy == WorkerLossPolicy.Rebalance, result.Workers.Any(w => w.Label == "w1 (for w2)" && w.Figures.Counts.Sent > 0));
        Assert.Equal(server.Requests, server.Heads.Select(head => head.Split(' ')[1]).Distinct().Count());
        lock (log)
            Assert.Equal(policy == WorkerLossPolicy.Rebalance, log.Contains("Taking over from a lost worker: part 2 of 2"));
    }

    [Fact]
    public async Task A_worker_that_misses_the_start_is_lost_and_the_others_go_on()
    {
        await using var server = ScriptedServer.Answering(TestScenario.Ok);
        var scenario = TestScenario.Of(server.Port, "rps: 40, for: 1s");
        await using var cluster = await TestCluster.StartAsync();
        _ = cluster.Worker("w1");
        await cluster.JoinedAsync(1);
        var late = cluster.Worker("w2", new LateEngine());
        await cluster.JoinedAsync(2);

        var result = await TestScenario.ExecuteAsync(cluster, scenario);

        Assert.Equal(LoadExitCode.WorkersLost, await late);
        Assert.Equal((RunEnd.WorkersLost, 20L), (result.End, result.Total.Counts.Sent));
        Assert.Contains("w2 after 0 s (it could not start in time. The start was missed by ", result.StopReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_stop_when_their_coordinator_is_lost()
    {
        await using var server = ScriptedServer.Answering(TestScenario.Ok);
        var scenario = TestScenario.Of(server.Port, "rps: 40, for: 10m");
        await using var cluster = await TestCluster.StartAsync();
        List<string> log = [];
        var first = cluster.Worker("w1", log: log);
        var second = cluster.Worker("w2");
        await cluster.JoinedAsync(2);

        var result = await TestScenario.ExecuteAsync(cluster, scenario, new ActionObserver((_, _) => cluster.Coordinator.Node.System.Terminate()));

        var exitCodes = await Task.WhenAll(first, second);
        Assert.Equal([LoadExitCode.WorkersLost, LoadExitCode.WorkersLost], exitCodes);
        Assert.Equal(RunEnd.EngineFailed, result.End);
        Assert.Contains(log, line => line.Contains("was lost", StringComparison.Ordinal) || line.Contains("removed", StringComparison.Ordinal));
        // The engines have stopped, so nothing arrives any more.
        var sent = server.Requests;
        await Task.Yield();
        Assert.Equal(sent, server.Requests);
    }

    [Fact]
    public async Task A_second_coordinator_is_taken_out_of_the_cluster()
    {
        var refused = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cluster = await TestCluster.StartAsync(new CoordinatorOptions { Log = line => refused.TrySetResult(line) });
        _ = cluster.Worker("w1");
        await cluster.JoinedAsync(1);
        await using var second = ClusterNode.Start(System.Net.IPAddress.Loopback, 0, NodeRoles.Coordinator, null, _ => { });
        var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        second.Cluster.RegisterOnMemberRemoved(removed.SetResult);

        second.Cluster.Join(cluster.Coordinator.Node.Address);

        Assert.Contains("Refused a second coordinator", await refused.Task, StringComparison.Ordinal);
        await removed.Task.WaitAsync(cluster.Cancel);
        Assert.Equal("w1", Assert.Single(await cluster.Coordinator.WorkersAsync()).Name);
    }

    /// <summary>The engine of a process that was frozen across the start.</summary>
    private sealed class LateEngine : IWorkerEngine
    {
        private readonly WorkerEngine _engine = new();

        public Scenario Open(ScenarioPackage package, Func<string, ReadOnlyMemory<byte>?> files) => _engine.Open(package, files);

        public Task ExecuteAsync(Scenario scenario, WorkerAssignment assignment, Action<WorkerReport> report, CancellationToken cancel) =>
            _engine.ExecuteAsync(scenario, assignment with { StartAt = assignment.StartAt - 10_000_000_000 }, report, cancel);
    }
}
