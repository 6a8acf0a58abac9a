#nullable disable
using System.Runtime.InteropServices;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new(system, system.Settings.Config.GetConfig("akka.coordinated-shutdown"));
}

/// <summary>Ends an actor system in phases, each with its tasks; the tasks of one phase run side by side.</summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly Dictionary<string, ShutdownPhase> _phases;
    private readonly Dictionary<string, List<(string Name, Func<Task<Done>> Run)>> _tasks = [];
    private readonly TaskCompletionSource<Done> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILoggingAdapter _log;
    private Reason _reason;
    private volatile bool _processIsExiting;

    internal CoordinatedShutdown(ExtendedActorSystem system, Config config)
    {
        System = system;
        _log = Logging.GetLogger(system, GetType());
        _phases = ShutdownPhase.Read(config);
        OrderedPhases = ShutdownPhase.Order(_phases);
        AddTerminateTask(config.GetBoolean("exit-clr"));
        if (config.GetBoolean("run-by-clr-shutdown-hook")) RunWhenProcessEnds();
    }

    public ExtendedActorSystem System { get; }

    /// <summary>Null until it runs.</summary>
    public Reason ShutdownReason => Volatile.Read(ref _reason);

    /// <summary>The longest that the phases with tasks may take together.</summary>
    public TimeSpan TotalTimeout
    {
        get
        {
            lock (_tasks) return _tasks.Keys.Aggregate(TimeSpan.Zero, (sum, phase) => sum + Timeout(phase));
        }
    }

    internal IReadOnlyList<string> OrderedPhases { get; }

    public static CoordinatedShutdown Get(ActorSystem sys) => sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        if (!OrderedPhases.Contains(phase))
        {
            throw new ConfigurationException(
                $"Unknown phase [{phase}], known phases [{string.Join(",", OrderedPhases)}]. All phases (along with their optional dependencies) must be defined in configuration.");
        }

        lock (_tasks)
        {
            if (!_tasks.TryGetValue(phase, out var tasks)) _tasks.Add(phase, tasks = []);
            tasks.Add((taskName, task));
        }
    }

    public TimeSpan Timeout(string phase) =>
        _phases.TryGetValue(phase, out var known) ? known.Timeout : throw new ArgumentException($"Unknown phase [{phase}]. All phases must be defined in configuration.");

    /// <summary>Runs once, however often it is called; all calls get the same task.</summary>
    public Task<Done> Run(Reason reason, string fromPhase = null)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null) _ = RunPhases(fromPhase);
        return _done.Task;
    }

    private async Task RunPhases(string fromPhase)
    {
        try
        {
            foreach (var phase in OrderedPhases.SkipWhile(p => fromPhase is not null && p != fromPhase))
            {
                (string Name, Func<Task<Done>> Run)[] tasks;
                lock (_tasks) tasks = _tasks.TryGetValue(phase, out var known) ? [.. known] : [];
                _log.Debug("Performing phase [{0}] with [{1}] tasks: [{2}]", phase, tasks.Length, string.Join(",", tasks.Select(t => t.Name)));
                if (tasks.Length > 0) await RunPhase(phase, tasks).ConfigureAwait(false);
            }

            _done.TrySetResult(Done.Instance);
        }
        catch (Exception e)
        {
            _done.TrySetException(e);
        }
    }

    private async Task RunPhase(string phase, (string Name, Func<Task<Done>> Run)[] tasks)
    {
        var (timeout, recovers) = (_phases[phase].Timeout, _phases[phase].Recover);
        var tooLate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var limit = new Cancelable(System.Scheduler);
        try
        {
            System.Scheduler.Advanced.ScheduleOnce(timeout, () => tooLate.TrySetResult(), limit);
        }
        catch (SchedulerException)
        {
            // The system has ended already and its time with it; the tasks still run.
        }

        var all = Task.WhenAll(tasks.Select(task => RunTask(phase, task.Name, task.Run, recovers)).ToArray());
        if (await Task.WhenAny(all, tooLate.Task).ConfigureAwait(false) != all)
        {
            if (!recovers) throw new TimeoutException($"Coordinated shutdown phase[{phase}] timed out after {timeout}");
            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase, timeout);
            return;
        }

        limit.Cancel();
        await all.ConfigureAwait(false);
    }

    private async Task RunTask(string phase, string name, Func<Task<Done>> run, bool recovers)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception e) when (recovers)
        {
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phase, e.Message);
        }
    }

    private void AddTerminateTask(bool exitsProcess)
    {
        var terminates = System.Settings.CoordinatedShutdownTerminateActorSystem;
        if (!terminates && !exitsProcess) return;
        AddTask(PhaseActorSystemTerminate, "terminate-system", async () =>
        {
            if (terminates)
            {
                var ended = System.FinalTerminate();
                if (exitsProcess) await Task.WhenAny(ended, Task.Delay(Timeout(PhaseActorSystemTerminate))).ConfigureAwait(false);
                else await ended.ConfigureAwait(false);
            }

            // On another thread: Exit waits for what runs when the process ends, which may wait for this task.
            if (exitsProcess && !_processIsExiting) _ = Task.Run(() => Environment.Exit(0));
            return Done.Instance;
        });
    }

    // The handlers block: when they return, the process goes on to end.
    private void RunWhenProcessEnds()
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        PosixSignalRegistration[] signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => RunBeforeExit()),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => RunBeforeExit()),
        ];
        System.WhenTerminated.ContinueWith(
            _ =>
            {
                AppDomain.CurrentDomain.ProcessExit -= OnExit;
                foreach (var signal in signals) signal.Dispose();
            },
            TaskScheduler.Default);

        void OnExit(object sender, EventArgs e) => RunBeforeExit();
    }

    private void RunBeforeExit()
    {
        _processIsExiting = true;
        if (System.WhenTerminated.IsCompleted) return;
        _log.Info("Starting coordinated shutdown from CLR termination hook.");
        try
        {
            Run(ClrExitReason.Instance).Wait(TotalTimeout);
        }
        catch (Exception e)
        {
            _log.Warning("CoordinatedShutdown from CLR shutdown failed: {0}", e.Message);
        }
    }

    /// <summary>Why it runs.</summary>
    public class Reason
    {
        protected Reason()
        {
        }
    }

    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }
    }

    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }
}
