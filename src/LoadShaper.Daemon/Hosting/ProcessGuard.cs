using System.Globalization;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Lifecycle;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// Watches once a second what the process depends on outside its actors: the instance lock, a second keeper on the machine,
/// and log lines that standard output did not take.
/// </summary>
internal sealed class ProcessGuard : IDisposable
{
    private const string MachineName = "keeper";

    private readonly InstanceLock _instance;
    private KeeperSocket? _machine;
    private volatile string? _otherKeeper;
    private string? _reportedProblem;
    private long _reportedDrops;

    public ProcessGuard(InstanceLock instance)
    {
        _instance = instance;
        FindOtherKeeper();
    }

    /// <summary>Read by actors: never waits.</summary>
    public HostStatus Status => new(Logs.DroppedLines, _otherKeeper);

    /// <returns>False when another daemon has the directory and this one has to end.</returns>
    public bool Look()
    {
        FindOtherKeeper();
        _machine?.Drain();
        ReportDroppedLines();
        var (status, takenAgain) = _instance.Look();
        if (takenAgain)
            Log.Warning("Instance lock was removed or replaced; taken again");
        var problem = _instance.Problem;
        if (problem != _reportedProblem && problem is not null)
            Log.Error("Instance lock in doubt: {Problem}; no load runs until it is held again", problem);
        else if (_reportedProblem is not null && problem is null)
            Log.Information("Instance lock held again");
        _reportedProblem = problem;
        return status != LockStatus.Lost;
    }

    public void Dispose() => _machine?.Dispose();

    // Two keepers each add load up to the same level, and each counts the other's as foreign: it is wasteful, not wrong.
    private void FindOtherKeeper()
    {
        if (_machine is not null)
            return;
        _machine = KeeperSocket.TryBind(MachineName);
        var other = _machine is null ? KeeperSocket.OwnerOf(MachineName) : null;
        var text = other is null ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"another LoadShaper keeps this machine from being idle (process {(other.ProcessId > 0 ? other.ProcessId : "of another container")}); one is enough: stop one of them");
        if (text is not null && _otherKeeper is null)
            Log.Warning("Second keeper on this machine: {Finding}", text);
        else if (text is null && _otherKeeper is not null)
            Log.Information("The other keeper on this machine ended");
        _otherKeeper = text;
    }

    private void ReportDroppedLines()
    {
        var dropped = Logs.DroppedLines;
        if (dropped == _reportedDrops || !Logs.HasRoom)
            return;
        Log.Warning("Log lines dropped because standard output was not read: {Count}", dropped - _reportedDrops);
        _reportedDrops = dropped;
    }
}

/// <summary>Another daemon has taken over the data directory.</summary>
internal sealed class InstanceLockLostException(string problem) : Exception($"{problem}; this daemon ends without writing");

/// <summary>Runs the <see cref="ProcessGuard"/> outside the actors: the file system may be slow, and no actor waits for it.</summary>
internal sealed class ProcessWatch(ProcessGuard guard, InstanceLock instance, TimeSpan controlPeriod, Action<Exception> onFatal, IHostApplicationLifetime host)
    : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public override void Dispose()
    {
        base.Dispose();
        guard.Dispose();
    }

    // A thread of its own: the pool would wake a second one for each look.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Watch(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Watch(CancellationToken stopping)
    {
        while (!stopping.WaitHandle.WaitOne(controlPeriod < Longest ? controlPeriod : Longest))
        {
            if (guard.Look())
                continue;
            onFatal(new InstanceLockLostException(instance.Problem ?? "the instance lock is lost"));
            host.StopApplication();
            return;
        }
    }
}
