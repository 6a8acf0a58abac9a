using LoadShaper.LoadTest.Cluster.Hosting;
using LoadShaper.LoadTest.Cluster.Work;

namespace LoadShaper.LoadTest.Cluster.Tests.Nodes;

/// <summary>A coordinator and its workers in this process, each with an actor system of its own on loopback.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _cancel = new(Patience);
    private readonly List<Task<int>> _workers = [];

    private TestCluster(ClusterCoordinator coordinator) => Coordinator = coordinator;

    public ClusterCoordinator Coordinator { get; }

    public CancellationToken Cancel => _cancel.Token;

    public static async Task<TestCluster> StartAsync(CoordinatorOptions? options = null, string host = "127.0.0.1") =>
        new(await ClusterCoordinator.StartAsync((options ?? new CoordinatorOptions()) with { Listen = new ClusterAddress(host, 0) }, CancellationToken.None));

    /// <summary>Starts a worker; the task has its exit code.</summary>
    public Task<int> Worker(string name, IWorkerEngine? engine = null, string? program = null, ClusterCertificate? certificate = null, CancellationToken cancel = default, List<string>? log = null, Action<ClusterNode>? started = null, int port = 0)
    {
        var options = new WorkerOptions
        {
            Join = Coordinator.Address,
            Name = name,
            Listen = port == 0 ? null : new ClusterAddress("127.0.0.1", port),
            Certificate = certificate,
            JoinTimeout = Patience,
            Log = line =>
            {
                if (log is not null)
                    lock (log)
                        log.Add(line);
            },
        };
        var linked = CancellationTokenSource.CreateLinkedTokenSource(_cancel.Token, cancel);
        var worker = ClusterWorker.RunAsync(options, engine ?? new WorkerEngine(), program ?? ClusterCoordinator.ProgramVersion, started ?? (_ => { }), linked.Token);
        _workers.Add(worker);
        return worker;
    }

    public async Task JoinedAsync(int count) => await Coordinator.WaitForWorkersAsync(count, _ => { }, Cancel);

    public async ValueTask DisposeAsync()
    {
        await Coordinator.DisposeAsync();
        await _cancel.CancelAsync();
        await Task.WhenAll(_workers);
        _cancel.Dispose();
    }
}
