using Akka.Actor;
using Akka.Event;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Health;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Memory;
using LoadShaper.Daemon.Network;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Control;

namespace LoadShaper.Daemon.Supervision;

// What happens when a child fails. Nobody burns on a plan that is not renewed, so every row leads to less load.
//
//   child      on an exception                         meanwhile
//   sampler    restarted                               no samples: after 3 control periods workers, traffic and controller rest
//   p95        controller begins again from the        workers idle; after 1 h without a journal it decides from memory
//              journal, with a growing delay           at the least load that is safe, /health degraded
//   cpu        restarted, its workers with it,         idle
//              at zero duty
//   memory     restarted                               everything held goes back
//   network    restarted                               no traffic
//   store      restarted                               samples are dropped, the rest goes on
//   health     restarted                               /health answers 503 until the next samples
//   any        that cannot even be created, and a      the process ends with exit code 1; whatever started it starts it
//              thread that burns without being told    again

/// <summary>Creates everyone, restarts who fails, and stops all in order.</summary>
internal sealed class LoadShaperSupervisor : ReceiveActor, IWithTimers
{
    /// <summary>Stops everyone in order; answered with <see cref="Stopped"/>.</summary>
    public sealed record Stop(string Reason);

    public sealed record Stopped
    {
        public static readonly Stopped Instance = new();
    }

    private sealed record GiveBack
    {
        public static readonly GiveBack Instance = new();
    }

    private static readonly TimeSpan FirstGiveBack = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GiveBackEvery = TimeSpan.FromMinutes(5);

    // A child that does not stop in this time is left to the end of the process.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly SupervisorSetup _setup;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _memory = ActorRefs.Nobody, _network = ActorRefs.Nobody;

    public LoadShaperSupervisor(SupervisorSetup setup)
    {
        _setup = setup;
        Receive<ControllerTurn>(turn =>
        {
            _memory.Tell(turn.Levers);
            _network.Tell(turn.Fallback);
        });
        Receive<GiveBack>(_ => OwnMemory.GiveBack());
        ReceiveAsync<Stop>(StopAllAsync);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(GiveBack), GiveBack.Instance, FirstGiveBack, GiveBackEvery);
        var started = TimeProvider.System.GetTimestamp();
        var health = Child("health", setup => Props.Create(() => new HealthReporter(setup.Settings, TimeProvider.System, started, setup.Host)));
        _setup.OnHealth(health);
        var store = Context.ActorOf(
            Props.Create(() => new SampleStore(_setup.Data.SamplesPath, health)).WithDispatcher("loadshaper.store-dispatcher"), "store");
        var cpu = Child("cpu", setup => Props.Create(() => new CpuWorkerGroup(setup.Settings.Sampling, setup.Settings.Gate, setup.Hardware, health)));
        var controller = new ControllerSetup(
            _setup.Settings.Cpu, _setup.Settings.Gate, _setup.Settings.Protect, _setup.Shape.Family, _setup.Settings.Sampling,
            SampleDatabase.MinutesKept, _setup.Journal, _setup.Settings.JournalRetention, _setup.Loss, cpu, store, health, Self);
        var p95 = Child("p95", _ => Props.Create(() => new P95Supervisor(controller)));
        p95.Tell(_setup.Started);
        _memory = Child("memory", setup => Props.Create(() => new MemoryOccupier(setup.Settings.Memory, setup.Settings.Gate, setup.MemoryMachine, p95, health)));
        _network = Child("network", setup => NetworkFallback.Props(setup.Settings.Network, setup.Settings.Gate, setup.Settings.Sampling, p95, health));
        IActorRef[] listeners = [store, cpu, p95, _memory, _network, health];
        Child("sampler", setup => Props.Create(() => new MetricsSampler(setup.Settings.Sampling, setup.Reader, listeners)));
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        if (cause is not (ActorInitializationException or BurningUnstoppableException))
            return Directive.Restart;
        _setup.OnFatal(cause);
        return Directive.Stop;
    });

    // Everyone is created once; a restart of this actor must not leave the sampler without listeners.
    protected override void PreRestart(Exception reason, object message)
    {
        _setup.OnFatal(reason);
        base.PreRestart(reason, message);
    }

    private IActorRef Child(string name, Func<SupervisorSetup, Props> props) => Context.ActorOf(props(_setup), name);

    private async Task StopAllAsync(Stop stop)
    {
        var sender = Sender;
        foreach (var name in new[] { "network", "cpu", "memory", "p95", "sampler", "store", "health" })
        {
            var child = Context.Child(name);
            if (child.IsNobody())
                continue;
            object message = name == "p95" ? new P95Controller.Stop(stop.Reason) : PoisonPill.Instance;
            try
            {
                await child.GracefulStop(StopPatience, message);
            }
            catch (TaskCanceledException)
            {
                _log.Warning("{0} did not stop within {1} s", name, StopPatience.TotalSeconds);
            }
        }
        sender.Tell(Stopped.Instance);
    }
}
