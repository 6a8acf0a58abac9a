using LoadShaper.Daemon;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Cluster;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Session;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>The coordinator of a run and the workers that it started itself; disposal ends them.</summary>
internal sealed class RunWorkers : IAsyncDisposable
{
    private const string LocalPrefix = "worker ";

    private static readonly StopLimits LocalStop = new(BySelf: TimeSpan.FromSeconds(5), AfterTerm: TimeSpan.FromSeconds(3));

    private readonly ClusterCertificate? _certificate;
    private readonly TaskCompletionSource<string> _localFailed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChildProcesses? _local;

    private RunWorkers(ClusterCoordinator coordinator, ClusterCertificate? certificate) => (Coordinator, _certificate) = (coordinator, certificate);

    public ClusterCoordinator Coordinator { get; }

    /// <summary>Starts to listen, starts the local workers and waits until all have joined.</summary>
    /// <param name="progress">Gets a line for every worker that joins.</param>
    /// <param name="warning">Gets refusals, losses and errors of local workers.</param>
    /// <exception cref="WorkersMissingException">Nothing was sent.</exception>
    public static async Task<RunWorkers> JoinAsync(DistributedRun run, Action<string> progress, Action<string> warning, CancellationToken cancel)
    {
        ClusterCertificate? certificate = null;
        RunWorkers? workers = null;
        try
        {
            certificate = Certificates.Load(run.Certificate);
            var coordinator = await ClusterCoordinator.StartAsync(
                new CoordinatorOptions { Listen = run.Listen, Certificate = certificate, OnWorkerLoss = run.OnWorkerLoss, Log = warning }, cancel);
            workers = new RunWorkers(coordinator, certificate);
            progress(JoinText.Waiting(run, coordinator.Address));
            await workers.StartLocalAsync(run, warning);
            await workers.WaitAsync(run, progress, warning, cancel);
            return workers;
        }
        catch (Exception e) when (e is WorkersMissingException or ClusterException or IOException or OperationCanceledException)
        {
            if (workers is not null)
                await workers.DisposeAsync();
            else
                certificate?.Dispose();
            throw e switch
            {
                WorkersMissingException => e,
                OperationCanceledException => new WorkersMissingException(LoadExitCode.Interrupted, "interrupted before the start; nothing was sent"),
                ClusterException { IsUsage: true } => new WorkersMissingException(LoadExitCode.Usage, e.Message),
                _ => new WorkersMissingException(LoadExitCode.Failure, e.Message),
            };
        }
    }

    /// <summary>Executes the run of a session on the workers.</summary>
    public IRunExecutor Executor(ScenarioPackage package, IReadOnlyCollection<string> allowedTargets) => new ClusterExecutor(Coordinator, package, allowedTargets);

    public async ValueTask DisposeAsync()
    {
        // Releases the workers, which end by themselves.
        await Coordinator.DisposeAsync();
        if (_local is not null)
            await _local.DisposeAsync();
        _certificate?.Dispose();
    }

    /// <summary>The command line of a local worker.</summary>
    internal static ChildCommand LocalWorker(OwnProgram program, int number, ClusterAddress join, string? certificate)
    {
        var name = $"local-{number}";
        return new ChildCommand(
            LocalPrefix + name, program.FileName,
            [.. program.Arguments, "load", "worker", "--join", $"{join}", "--name", name, LoadWorkerCommand.LocalOption, .. certificate is null ? (string[])[] : ["--certificate", certificate]]);
    }

    private async Task StartLocalAsync(DistributedRun run, Action<string> warning)
    {
        if (run.Local == 0)
            return;
        var program = OwnProgram.OfThisProcess();
        _local = await ChildProcesses.StartAsync(
            Enumerable.Range(1, run.Local).Select(i => LocalWorker(program, i, Coordinator.Address, run.Certificate)), warning, LocalStop, OnLocalFailed);
    }

    private void OnLocalFailed(ChildCommand worker, int code)
    {
        // Without waiting for its lease.
        Coordinator.WorkerExited(worker.Name[LocalPrefix.Length..], $"its process ended with exit code {code}");
        _localFailed.TrySetResult(worker.Name);
    }

    private async Task WaitAsync(DistributedRun run, Action<string> progress, Action<string> warning, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(run.JoinTimeout);
        var joining = Coordinator.WaitForWorkersAsync(run.Workers, change => Show(change, progress, warning), limit.Token);
        if (await Task.WhenAny(joining, _localFailed.Task) == _localFailed.Task)
        {
            await limit.CancelAsync();
            await joining.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw new WorkersMissingException(LoadExitCode.WorkersLost, $"{await _localFailed.Task} ended before all workers had joined; nothing was sent");
        }
        try
        {
            await joining;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new WorkersMissingException(LoadExitCode.WorkersLost, JoinText.Missing(run, Coordinator.Address, await Coordinator.WorkersAsync()));
        }
    }

    private static void Show(WorkerProgress change, Action<string> progress, Action<string> warning)
    {
        var worker = $"worker {change.Worker.Name} from {change.Worker.Address}";
        if (change.Change == WorkerChange.Joined)
            progress($"{worker} joined, {change.Joined} of {change.Wanted}");
        else
            warning($"{worker} {(change.Change == WorkerChange.Refused ? "was refused" : "was lost")}: {change.Reason}");
    }
}
