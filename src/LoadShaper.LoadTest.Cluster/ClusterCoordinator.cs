using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using Akka.Actor;
using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Cluster.Hosting;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Timing;

namespace LoadShaper.LoadTest.Cluster;

/// <summary>The side of a distributed run that the operator started: workers join it and execute its runs.</summary>
public sealed class ClusterCoordinator : IAsyncDisposable
{
    private readonly ClusterNode _node;
    private int _disposed;

    private ClusterCoordinator(ClusterNode node, IActorRef actor)
    {
        (_node, Actor) = (node, actor);
        Address = ClusterNode.Of(node.Address);
    }

    /// <summary>The address that workers join, with the port that was chosen.</summary>
    public ClusterAddress Address { get; }

    /// <summary>Version of the program; coordinator and workers need the same.</summary>
    public static string ProgramVersion { get; } =
        typeof(ClusterCoordinator).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    internal IActorRef Actor { get; }

    internal ClusterNode Node => _node;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="ClusterException">The address is not permitted, cannot be resolved or is in use.</exception>
    public static async Task<ClusterCoordinator> StartAsync(CoordinatorOptions options, CancellationToken cancel)
    {
        IPAddress address;
        try
        {
            address = await HostResolution.ResolveAsync(options.Listen.Host, cancel).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new ClusterException($"Cannot resolve --listen {options.Listen}: {e.Message}. Check the name, or use an address of this machine", e);
        }

        if (ListenRule.Refusal("--listen", options.Listen, [address], options.Certificate is not null) is { } refusal)
            throw new ClusterException(refusal) { IsUsage = true };
        var node = ClusterNode.Start(address, options.Listen.Port, NodeRoles.Coordinator, options.Certificate, options.Log);
        try
        {
            // First in its cluster, and so the oldest member.
            await node.Cluster.JoinAsync(node.Address, cancel).ConfigureAwait(false);
            var settings = new CoordinatorSettings(
                ProgramVersion, BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))), options.OnWorkerLoss, options.Log, () => MonotonicClock.Now);
            var membership = new ClusterMembership(node.Cluster);
            return new ClusterCoordinator(node, node.System.ActorOf(Props.Create(() => new CoordinatorActor(settings, membership)), CoordinatorActor.Name));
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until <paramref name="count"/> workers take part; further ones are refused from then on.</summary>
    /// <param name="progress">Called for every worker that joins, is refused or is lost; must not wait.</param>
    /// <exception cref="OperationCanceledException">Cancelled; <see cref="WorkersAsync"/> lists those that joined.</exception>
    public async Task<IReadOnlyList<JoinedWorker>> WaitForWorkersAsync(int count, Action<WorkerProgress> progress, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<IReadOnlyList<JoinedWorker>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancel.Register(() => done.TrySetCanceled(cancel)).ConfigureAwait(false);
        Actor.Tell(new WaitForWorkers(count, progress, done), ActorRefs.NoSender);
        return await done.Task.ConfigureAwait(false);
    }

    /// <summary>The workers that take part now.</summary>
    public async Task<IReadOnlyList<JoinedWorker>> WorkersAsync() =>
        await Actor.Ask<IReadOnlyList<JoinedWorker>>(ListWorkers.Instance, TimeSpan.FromSeconds(5)).ConfigureAwait(false);

    /// <summary>Counts a worker as lost whose process is known to have ended, without waiting for the end of its lease.</summary>
    /// <param name="name">No worker of that name takes part: nothing happens.</param>
    public void WorkerExited(string name, string reason) => Actor.Tell(new WorkerExited(name, reason), ActorRefs.NoSender);

    /// <summary>Releases the workers, which exit with 0, and stops to listen.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_node.System.WhenTerminated.IsCompleted)
            done.SetResult();
        else
            Actor.Tell(new ReleaseWorkers(done), ActorRefs.NoSender);
        await Task.WhenAny(done.Task, Task.Delay(TimeSpan.FromSeconds(2))).ConfigureAwait(false);
        await _node.DisposeAsync().ConfigureAwait(false);
    }
}
