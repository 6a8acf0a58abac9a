using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using LoadShaper.LoadTest.Cluster.Hosting;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Timing;
using LoadShaper.LoadTest.Cluster.Work;

namespace LoadShaper.LoadTest.Cluster;

/// <summary>A process that executes parts of the runs of a coordinator.</summary>
public static class ClusterWorker
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>After a coordinator has refused or released this worker, or was lost.</summary>
    private static readonly TimeSpan RejoinInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan EngineStopTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Joins the coordinator, executes its runs until it releases the worker, and ends.</summary>
    /// <returns>
    /// An exit code: 0 released after its runs, 1 refused or failed, 5 the coordinator was lost, was not reached in time or
    /// counted this worker as lost, 105 cancelled.
    /// </returns>
    /// <exception cref="ClusterException">The options are not permitted.</exception>
    public static Task<int> RunAsync(WorkerOptions options, CancellationToken cancel) =>
        RunAsync(options, new WorkerEngine(), ClusterCoordinator.ProgramVersion, _ => { }, cancel);

    /// <param name="program">Version of this program.</param>
    /// <param name="started">Gets the node of every attempt, for tests that make it fail.</param>
    internal static async Task<int> RunAsync(WorkerOptions options, IWorkerEngine engine, string program, Action<ClusterNode> started, CancellationToken cancel)
    {
        var name = options.Name ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}");
        if (!WorkerAdmission.IsName(name))
            throw new ClusterException($"--name has {name.Length} characters or contains control characters; expected 1 to {WorkerAdmission.NameLength} printable characters");
        var introduction = new WorkerIntroduction(WorkerAdmission.Protocol, program, name, Environment.ProcessorCount);
        var cache = new ContentCache(ContentCache.DefaultBytes);
        try
        {
            while (true)
            {
                if (await ReachAsync(options, cancel).ConfigureAwait(false) is not { } coordinator)
                    return LoadExitCode.WorkersLost;
                var outcome = await JoinAsync(options, coordinator, introduction, new TrackedEngine(engine), cache, started, cancel).ConfigureAwait(false);
                options.Log(outcome.Reason);
                if (!options.Keep || !outcome.Retry)
                    return outcome.ExitCode;
                await Task.Delay(RejoinInterval, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return LoadExitCode.Interrupted;
        }
    }

    /// <summary>The coordinator's address as soon as it accepts connections; null when it did not in time.</summary>
    private static async Task<IPAddress?> ReachAsync(WorkerOptions options, CancellationToken cancel)
    {
        var deadline = MonotonicClock.Now + (long)options.JoinTimeout.TotalNanoseconds;
        string? reported = null;
        while (true)
        {
            string? problem;
            try
            {
                var address = await HostResolution.ResolveAsync(options.Join.Host, cancel).ConfigureAwait(false);
                if (ListenRule.Refusal("--join", options.Join, [address], options.Certificate is not null) is { } refusal)
                    throw new ClusterException(refusal) { IsUsage = true };
                problem = await HostResolution.ProbeAsync(address, options.Join.Port, cancel).ConfigureAwait(false);
                if (problem is null)
                    return address;
            }
            catch (SocketException e)
            {
                problem = e.Message;
            }

            if (!options.Keep && MonotonicClock.Now >= deadline)
            {
                options.Log($"The coordinator at {options.Join} was not reached within {options.JoinTimeout.TotalSeconds:0} s: {problem}. Check that `load run --workers` runs there and that the port is open");
                return null;
            }

            if (problem != reported)
                options.Log($"Waiting for the coordinator at {options.Join}: {problem}");
            reported = problem;
            await Task.Delay(RetryInterval, cancel).ConfigureAwait(false);
        }
    }

    private static async Task<IPAddress> LocalAddressAsync(WorkerOptions options, IPAddress coordinator, CancellationToken cancel)
    {
        var (option, asked) = options.Listen is { } listen ? ("--listen", listen) : ("The route to --join", options.Join);
        IPAddress local;
        try
        {
            local = options.Listen is null ? HostResolution.LocalAddressTo(coordinator, options.Join.Port) : await HostResolution.ResolveAsync(asked.Host, cancel).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new ClusterException($"Cannot resolve {option} {asked}: {e.Message}. Check the name, or use an address of this machine", e);
        }

        return ListenRule.Refusal(option, asked, [local], options.Certificate is not null) is { } refusal ? throw new ClusterException(refusal) { IsUsage = true } : local;
    }

    private static async Task<WorkerOutcome> JoinAsync(WorkerOptions options, IPAddress coordinator, WorkerIntroduction introduction, TrackedEngine engine, ContentCache cache, Action<ClusterNode> started, CancellationToken cancel)
    {
        var local = await LocalAddressAsync(options, coordinator, cancel).ConfigureAwait(false);
        await using var node = ClusterNode.Start(local, options.Listen?.Port ?? 0, NodeRoles.Worker, options.Certificate, options.Log);
        started(node);
        var ended = new TaskCompletionSource<WorkerOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = node.AddressOf(coordinator, options.Join.Port);
        node.Cluster.Join(address);
        var settings = new WorkerSettings(introduction, address, engine, cache, options.Log, () => MonotonicClock.Now, ended);
        var worker = node.System.ActorOf(Props.Create(() => new WorkerActor(settings)), WorkerActor.Name);
        node.Cluster.RegisterOnMemberRemoved(() => node.System.Stop(worker));
        await using var registration = cancel.Register(() => worker.Tell(WorkerActor.Cancel.Instance, ActorRefs.NoSender)).ConfigureAwait(false);
        var outcome = await ended.Task.ConfigureAwait(false);
        await engine.StoppedAsync(EngineStopTimeout).ConfigureAwait(false);
        // Known only to the node: its actor got no answer.
        return !outcome.Admitted && node.TlsProblem is { } problem ? outcome with { Reason = problem } : outcome;
    }

    /// <summary>Knows when the engine has stopped: a worker that ended sends nothing any more.</summary>
    private sealed class TrackedEngine(IWorkerEngine engine) : IWorkerEngine
    {
        private readonly Lock _lock = new();
        private Task _executions = Task.CompletedTask;

        public Scenarios.Scenario Open(Distribution.ScenarioPackage package, Func<string, ReadOnlyMemory<byte>?> files) => engine.Open(package, files);

        public Task ExecuteAsync(Scenarios.Scenario scenario, Distribution.WorkerAssignment assignment, Action<Distribution.WorkerReport> report, CancellationToken cancel)
        {
            var execution = engine.ExecuteAsync(scenario, assignment, report, cancel);
            lock (_lock)
                _executions = Task.WhenAll(_executions, execution);
            return execution;
        }

        public async Task StoppedAsync(TimeSpan timeout) =>
            await Task.WhenAny(_executions, Task.Delay(timeout)).ConfigureAwait(false);
    }
}
