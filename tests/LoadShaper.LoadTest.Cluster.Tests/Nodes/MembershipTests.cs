using System.Net.Sockets;
using LoadShaper.LoadTest.Cluster.Hosting;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Nodes;

public sealed class MembershipTests
{
    [Fact]
    public async Task Workers_join_and_are_released_at_the_end()
    {
        await using var cluster = await TestCluster.StartAsync();
        var progress = new List<WorkerProgress>();
        var waiting = cluster.Coordinator.WaitForWorkersAsync(2, progress.Add, cluster.Cancel);
        var first = cluster.Worker("w1");
        var second = cluster.Worker("w2");

        var joined = await waiting;

        Assert.Equal(["w1", "w2"], joined.Select(w => w.Name).Order(StringComparer.Ordinal));
        Assert.All(joined, worker => Assert.StartsWith("127.0.0.1:", worker.Address, StringComparison.Ordinal));
        Assert.Equal([(WorkerChange.Joined, 1, 2), (WorkerChange.Joined, 2, 2)], progress.Select(p => (p.Change, p.Joined, p.Wanted)));

        await cluster.Coordinator.DisposeAsync();
        var exitCodes = await Task.WhenAll(first, second);
        Assert.Equal([LoadExitCode.Ok, LoadExitCode.Ok], exitCodes);
    }

    [Fact]
    public async Task Workers_that_cannot_take_part_end_with_the_reason()
    {
        await using var cluster = await TestCluster.StartAsync();
        var refused = new List<WorkerProgress>();
        _ = cluster.Worker("w1");
        await cluster.JoinedAsync(1);
        _ = cluster.Coordinator.WaitForWorkersAsync(2, p =>
        {
            if (p.Change == WorkerChange.Refused)
                refused.Add(p);
        }, cluster.Cancel);
        List<string> version = [], name = [], full = [];

        Assert.Equal(LoadExitCode.Failure, await cluster.Worker("w2", program: "0.0.1", log: version));
        Assert.Equal(LoadExitCode.Failure, await cluster.Worker("w1", log: name));
        await cluster.JoinedAsync(1);
        Assert.Equal(LoadExitCode.Failure, await cluster.Worker("w3", log: full));

        Assert.Contains(version, line => line.Contains("this worker version 0.0.1", StringComparison.Ordinal));
        Assert.Contains(name, line => line.Contains("The name w1 is in use", StringComparison.Ordinal));
        Assert.Contains(full, line => line.Contains("has its 1 workers", StringComparison.Ordinal));
        Assert.Equal(["w2", "w1"], refused.Select(p => p.Worker.Name));
    }

    [Fact]
    public async Task A_cancelled_wait_says_how_many_joined()
    {
        await using var cluster = await TestCluster.StartAsync();
        _ = cluster.Worker("w1");
        await cluster.JoinedAsync(1);
        using var timeout = new CancellationTokenSource();

        var waiting = cluster.Coordinator.WaitForWorkersAsync(2, _ => { }, timeout.Token);
        await timeout.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal("w1", Assert.Single(await cluster.Coordinator.WorkersAsync()).Name);
    }

    [Fact]
    public async Task A_worker_that_was_started_again_at_its_address_replaces_the_old_one()
    {
        await using var cluster = await TestCluster.StartAsync();
        var port = FreePort();
        ClusterNode? node = null;
        var old = cluster.Worker("w1", started: started => node = started, port: port);
        await cluster.JoinedAsync(1);
        var changes = new List<WorkerProgress>();
        var waiting = cluster.Coordinator.WaitForWorkersAsync(2, changes.Add, cluster.Cancel);
        await node!.System.Terminate();
        Assert.Equal(LoadExitCode.WorkersLost, await old);

        _ = cluster.Worker("w1", port: port);
        while (changes.Count < 3)
            await Task.Delay(10, cluster.Cancel);
        Assert.Equal("w1", Assert.Single(await cluster.Coordinator.WorkersAsync()).Name);
        _ = cluster.Worker("w2");

        Assert.Equal(["w1", "w2"], (await waiting).Select(w => w.Name));
        Assert.Equal([WorkerChange.Joined, WorkerChange.Lost, WorkerChange.Joined, WorkerChange.Joined], changes.Select(c => c.Change));
        Assert.Equal("another process was started at its address", changes[1].Reason);
    }

    [Fact]
    public async Task Nodes_with_IPv6_addresses_join()
    {
        if (!Socket.OSSupportsIPv6)
            return;
        await using var cluster = await TestCluster.StartAsync(host: "::1");
        Assert.StartsWith("[::1]:", cluster.Coordinator.Address.ToString(), StringComparison.Ordinal);
        var log = new List<string>();
        var worker = cluster.Worker("w1", log: log);

        await cluster.JoinedAsync(1);
        Assert.StartsWith("[::1]:", Assert.Single(await cluster.Coordinator.WorkersAsync()).Address, StringComparison.Ordinal);
        await cluster.Coordinator.DisposeAsync();

        Assert.Equal(LoadExitCode.Ok, await worker);
        Assert.Contains($"Joined the coordinator at {cluster.Coordinator.Address} as w1", log);
    }

    [Fact]
    public async Task Only_the_coordinator_takes_nodes_out_of_the_cluster()
    {
        await using var cluster = await TestCluster.StartAsync();

        Assert.IsType<Akka.Cluster.NoDowning>(cluster.Coordinator.Node.Cluster.DowningProvider);
    }

    [Fact]
    public async Task A_worker_that_is_interrupted_leaves_at_once()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var interrupt = new CancellationTokenSource();
        var lost = new TaskCompletionSource<WorkerProgress>(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = cluster.Worker("w1", cancel: interrupt.Token);
        await cluster.JoinedAsync(1);
        _ = cluster.Coordinator.WaitForWorkersAsync(2, p =>
        {
            if (p.Change == WorkerChange.Lost)
                lost.TrySetResult(p);
        }, cluster.Cancel);

        await interrupt.CancelAsync();

        Assert.Equal(LoadExitCode.Interrupted, await worker);
        Assert.Equal("it was interrupted on its machine", (await lost.Task).Reason);
    }

    [Fact]
    public async Task A_port_in_use_is_an_error_that_says_so()
    {
        await using var cluster = await TestCluster.StartAsync();

        var error = await Assert.ThrowsAsync<ClusterException>(() => ClusterCoordinator.StartAsync(new CoordinatorOptions { Listen = cluster.Coordinator.Address }, CancellationToken.None));

        Assert.Contains(cluster.Coordinator.Address.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0", "wildcard")]
    [InlineData("203.0.113.1", "load cert FILE")]
    [InlineData("no-such-host.invalid", "Cannot resolve")]
    public async Task An_address_that_is_not_permitted_is_refused(string host, string expected)
    {
        var error = await Assert.ThrowsAsync<ClusterException>(() => ClusterCoordinator.StartAsync(new CoordinatorOptions { Listen = new ClusterAddress(host, 0) }, CancellationToken.None));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_without_a_coordinator_ends_after_its_time()
    {
        var log = new List<string>();
        var options = new WorkerOptions { Join = new ClusterAddress("127.0.0.1", FreePort()), JoinTimeout = TimeSpan.Zero, Log = log.Add };

        Assert.Equal(LoadExitCode.WorkersLost, await ClusterWorker.RunAsync(options, CancellationToken.None));
        Assert.Contains("was not reached within 0 s", Assert.Single(log), StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }
}
