using Akka.Actor;
using Akka.Event;
using Akka.Routing;
using LoadShaper.Daemon.Alerts;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Fleet;
using LoadShaper.Daemon.Health;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Journal;
using LoadShaper.Daemon.Memory;
using LoadShaper.Daemon.Network;
using LoadShaper.Daemon.Oracle;
using LoadShaper.Daemon.Page;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Oracle;

namespace LoadShaper.Daemon.Supervision;

// What happens when a child fails. A plan that is not renewed expires, so every row leads to less load.
//
//   child      on an exception                         meanwhile
//   sampler    restarted                               no samples: after 3 control periods workers, traffic and controller idle
//   p95        controller starts again from the        workers idle; after 1 h without a journal it decides in memory
//              journal, with a growing delay           at the minimum safe load, /health degraded
//   retention  restarted                               old events stay a while longer
//   cpu        restarted, its workers with it,         idle
//              at zero duty
//   memory     restarted                               everything held is released
//   network    restarted                               no traffic
//   store      restarted                               samples are dropped, the rest continues
//   oracle     restarted                               Oracle's readings are older; nothing depends on them
//   health     restarted                               /health answers 503 until the next samples
//   alerts     restarted, from alerts.json             notifications are late, or sent twice
//   fleet      restarted                               the peers count as unread
//   history    restarted                               the charts of the live page are read from disk again
//   any        that cannot even be created, and a      the process ends with exit code 1; its service manager starts it
//              thread that burns without an order      again
//   this       stopped by its guardian                 the same: DaemonHost watches it

/// <summary>Creates all actors, restarts those that fail, and stops them in order.</summary>
internal sealed class LoadShaperSupervisor : ReceiveActor, IWithTimers
{
    /// <summary>Stops all children in order; answered with <see cref="Stopped"/>.</summary>
    public sealed record Stop(string Reason);

    public sealed record Stopped
    {
        public static readonly Stopped Instance = new();
    }

    private sealed record TrimMemory
    {
        public static readonly TrimMemory Instance = new();
    }

    private static readonly TimeSpan FirstTrim = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TrimEvery = TimeSpan.FromMinutes(5);

    private readonly SupervisorSetup _setup;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public LoadShaperSupervisor(SupervisorSetup setup)
    {
        _setup = setup;
        Receive<TrimMemory>(_ => OwnMemory.GiveBack());
        ReceiveAsync<Stop>(StopAllAsync);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(TrimMemory), TrimMemory.Instance, FirstTrim, TrimEvery);
        var settings = _setup.Settings;
        var started = TimeProvider.System.GetTimestamp();
        var health = Child("health", setup => Props.Create(() => new HealthReporter(setup.Settings, TimeProvider.System, started, setup.Host, setup.Admission)));
        _setup.OnHealth(health);
        var store = Context.ActorOf(
            Props.Create(() => new SampleStore(_setup.Data.SamplesPath, health, settings.Oracle.Monitoring == OracleMonitoring.Seed)).WithDispatcher("loadshaper.store-dispatcher"), "store");
        var cpu = Child("cpu", setup => Props.Create(() => new CpuWorkerGroup(setup.Settings.Sampling, setup.Settings.Gate, setup.Hardware, health)));
        var memory = Child("memory", setup => Props.Create(() => new MemoryOccupier(setup.Settings.Memory, setup.Settings.Gate, setup.MemoryMachine, health)));
        var network = Child("network", setup => NetworkFallback.Props(setup.Settings.Network, setup.Settings.Gate, setup.Settings.Sampling, health, setup.Data.TrafficMarkPath));
        var history = Child("history", setup => Props.Create(() => new HistoryReporter(
            new HistoryReporterSetup(setup.Settings.Cpu.Rule, setup.Settings.Sampling.ControlPeriod, setup.Data.JournalPath, store))));
        _setup.OnHistory(history);
        var reports = Context.ActorOf(Props.Empty.WithRouter(new BroadcastGroup([.. new[] { health, history }.Select(actor => actor.Path.ToStringWithoutAddress())])), "reports");
        var controller = new ControllerSetup(
            settings.Cpu, settings.Gate, settings.Protect, _setup.Shape.Family, settings.Sampling, SampleDatabase.MinutesKept,
            _setup.Journal, _setup.Loss, cpu, store, reports, new OtherLevers(memory, network));
        var p95 = Child("p95", _ => Props.Create(() => new P95Supervisor(controller)));
        p95.Tell(_setup.Started);
        Child("retention", setup => Props.Create(() => new JournalRetention(setup.Journal, P95Controller.Id, setup.Settings.JournalRetention, p95)));
        Watchers(health);
        if (settings.Oracle.Monitoring != OracleMonitoring.Off)
        {
            var oracle = new OracleMonitorSetup(
                settings.Oracle, settings.Cpu.Rule, _setup.Shape.Family, settings.Network.Watch.Link,
                () => new OracleSession(new Uri(settings.Oracle.MetadataUrl), TimeProvider.System), Random.Shared.NextDouble,
                store, p95, health);
            Child("oracle", _ => Props.Create(() => new OracleMonitor(oracle)));
        }

        IActorRef[] listeners = [store, cpu, p95, memory, network, health, history];
        Child("sampler", setup => Props.Create(() => new MetricsSampler(setup.Settings.Sampling, setup.Reader, listeners)));
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        if (cause is not (ActorInitializationException or BurningUnstoppableException))
        {
            // The sender is the child that failed.
            Context.Child("health").Tell(new ActorRestart(Sender.Path.Name));
            return Directive.Restart;
        }
        _setup.OnFatal(cause);
        return Directive.Stop;
    });

    // What is not configured is not started.
    private void Watchers(IActorRef health)
    {
        var settings = _setup.Settings;
        List<IActorRef> fleetListeners = [health];
        if (settings.Alerts.IsConfigured)
        {
            var alerts = new AlertManager.Setup(
                settings.Alerts, settings.Alerts.Name ?? Environment.MachineName, new AlertFile(_setup.Data.AlertsPath), () => new AlertSender(), health, TimeProvider.System);
            fleetListeners.Add(Child("alerts", _ => Props.Create(() => new AlertManager(alerts))));
        }
        if (settings.Fleet.Peers.Count > 0)
            Child("fleet", _ => Props.Create(() => new FleetMonitor(settings.Fleet.Peers, fleetListeners)));
    }

    private IActorRef Child(string name, Func<SupervisorSetup, Props> props) => Context.ActorOf(props(_setup), name);

    private async Task StopAllAsync(Stop stop)
    {
        var sender = Sender;
        foreach (var budget in StopBudget.Children)
        {
            var child = Context.Child(budget.Name);
            if (child.IsNobody())
                continue;
            object message = budget.Name switch
            {
                "p95" => new P95Controller.Stop(stop.Reason),
                "memory" => MemoryOccupier.Stop.Instance,
                "network" => NetworkFallback.StopTraffic.Instance,
                _ => PoisonPill.Instance,
            };
            try
            {
                await child.GracefulStop(budget.Limit, message);
            }
            catch (TaskCanceledException)
            {
                _log.Warning("{Actor} did not stop within {Limit}; continuing the stop", budget.Name, budget.Limit);
            }
        }
        sender.Tell(Stopped.Instance);
    }
}
