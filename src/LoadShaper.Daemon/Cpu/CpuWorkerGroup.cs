using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Daemon.Cpu;

/// <summary>
/// Keeps the machine filled up to the plan, with one worker for each CPU that we may use. Idle without a plan, without
/// samples, and on any sample that closes the gate, with any plan.
/// Receives also <see cref="Sample"/>, answered with <see cref="BurningThreads"/>, again when there is a new thread. Sends
/// <see cref="PolitenessReport"/> at start and <see cref="BurnReport"/> for each sample.
/// </summary>
internal sealed class CpuWorkerGroup : ReceiveActor, IWithTimers
{
    /// <summary>Renewed in each control period; not renewed, it expires.</summary>
    /// <param name="Scale">Share of our own load that the gate leaves, 0 to 1.</param>
    public sealed record SetPlan(CpuPlan Plan, GatePosition Gate, double Scale);

    /// <summary>Nothing is burnt until there is a new plan.</summary>
    public sealed record Idle
    {
        public static readonly Idle Instance = new();
    }

    private sealed record Renew
    {
        public static readonly Renew Instance = new();
    }

    /// <summary>A worker that fails is restarted at zero duty. A thread that does not stop burning cannot be ended from here: the supervisor ends the process.</summary>
    public static readonly OneForOneStrategy Failures =
        new(cause => cause is BurningUnstoppableException ? Directive.Escalate : Directive.Restart);

    private static readonly TimeSpan LongestUnrenewed = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QuotaEvery = TimeSpan.FromMinutes(1);

    private readonly SamplingSettings _sampling;
    private readonly GateSettings _gate;
    private readonly CpuHardware _hardware;
    private readonly IActorRef _reportTo;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<int, Core> _cores = [];
    private IActorRef _sampler = ActorRefs.Nobody;
    private SetPlan? _order;
    private DateTimeOffset _orderedAt;
    private Sample? _sample;
    private DutyState _state = DutyState.Start;
    private DutyDecision? _decision;
    private Jitter _jitter = Jitter.None;
    private double? _quota;
    private DateTimeOffset _quotaAt = DateTimeOffset.MinValue;
    private TakenToday _taken = TakenToday.None;
    private PolitenessReport? _politeness;

    public CpuWorkerGroup(SamplingSettings sampling, GateSettings gate, CpuHardware hardware, IActorRef reportTo)
    {
        _sampling = sampling;
        _gate = gate;
        _hardware = hardware;
        _reportTo = reportTo;
        Receive<Sample>(Observe);
        Receive<SetPlan>(order =>
        {
            _order = order;
            _orderedAt = Now;
            Act();
        });
        Receive<Idle>(_ =>
        {
            _order = null;
            Act();
        });
        Receive<Renew>(_ => Act());
        Receive<CoreBurn>(burn =>
        {
            if (!_cores.TryGetValue(burn.Cpu, out var core))
                return;
            _taken = _taken.Apply(Now, core.Burn, burn);
            var known = core.Burn.ThreadId;
            core.Apply(burn);

            // Reported only with the next sample, a new thread would count as control plane until the one after.
            if (burn.ThreadId != known)
                _sampler.Tell(Burning());
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static DateTimeOffset Now => Context.System.Scheduler.Now.ToUniversalTime();

    protected override void PreStart()
    {
        UpdateWorkers();
        var politeness = _politeness = _hardware.Politeness();
        foreach (var finding in politeness.Findings)
            _log.Warning("{Problem}; {Remedy}", finding.Problem, finding.Remedy);
        _reportTo.Tell(politeness);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        var directive = Failures.Decider.Decide(cause);
        if (directive == Directive.Restart)
            _reportTo.Tell(new ActorRestart(ActorNames.Core));
        return directive;
    });

    private void Observe(Sample sample)
    {
        UpdateWorkers();
        ReadQuota();
        _sample = sample;
        _state = _state.Apply(sample);
        foreach (var core in _cores.Values)
            core.Judge();
        Act();
        _sampler = Sender;
        _sampler.Tell(Burning());
        _reportTo.Tell(new BurnReport(
            sample.At, _decision?.Aim, _decision?.Asked ?? default, Gate(), _cores.Values.Select(core => core.Burn).ToArray(), _taken.Sum, _taken.Total, _politeness));
    }

    private BurningThreads Burning() => new(_cores.Values.Select(core => core.Burn.ThreadId).Where(id => id > 0).ToArray());

    private void Act()
    {
        var now = Now;
        var cores = _cores.Values.ToArray();
        var plan = _order is { } order && !DutyPolicy.IsStale(_sampling.ControlPeriod, _orderedAt, now) ? order.Plan : CpuPlan.Idle(now);
        _jitter = JitterFor(plan, now);
        _decision = DutyPolicy.Decide(_sampling, _state, plan, new DutyInput(
            now, _sample, Gate(), _order?.Scale ?? 0, cores.Select(core => core.Condition).ToArray(), _quota, _jitter.At(now)));
        _state = _state.Apply(_decision);
        for (var i = 0; i < cores.Length; i++)
            cores[i].Worker.Tell(new CpuWorker.SetDuty(_decision.Duties[i], _decision.ValidFor));
        AwaitRenewal(now);
    }

    // At least as closed as in the plan: a sample that closes the gate is acted on before the controller decides about it.
    private GatePosition Gate()
    {
        if (_order is null || _sample is null)
            return GatePosition.Closed;
        return GateCheck.Closes(_gate, _sample) ? GatePosition.Closed : _order.Gate;
    }

    // A control period may be longer than an order or a draw of the jitter holds.
    private void AwaitRenewal(DateTimeOffset now)
    {
        var holds = LongestUnrenewed;
        if (_sampling.JitterPercent > 0 && _sampling.JitterPeriod < _sampling.ControlPeriod && _jitter.EndOf(now) is { } end && end - now < holds)
            holds = end - now;
        if (_decision is { Asked.Value: > 0 } && _sampling.ControlPeriod > holds)
            Timers.StartSingleTimer(nameof(Renew), Renew.Instance, holds);
        else
            Timers.Cancel(nameof(Renew));
    }

    private Jitter JitterFor(CpuPlan plan, DateTimeOffset now)
    {
        if (now >= _jitter.Window.Start && now < _jitter.Window.End && _jitter.Window.End <= plan.Until)
            return _jitter;
        var window = JitterWindow.For(plan.Until, now);
        var draws = new double[JitterPolicy.Draws(_sampling, window)];
        for (var i = 0; i < draws.Length; i++)
            draws[i] = 2 * Random.Shared.NextDouble() - 1;
        return JitterPolicy.Decide(_sampling, window, draws);
    }

    // It changes rarely and takes several files to find.
    private void ReadQuota()
    {
        if (Now - _quotaAt < QuotaEvery && Now >= _quotaAt)
            return;
        _quotaAt = Now;
        _quota = _hardware.Quota();
    }

    // CPUs come and go, by hand, by a cpuset or with the shape of the machine.
    private void UpdateWorkers()
    {
        var usable = _hardware.UsableCpus();
        if (usable.Count == _cores.Count && usable.All(_cores.ContainsKey))
            return;
        foreach (var cpu in _cores.Keys.Except(usable).ToArray())
        {
            Context.Stop(_cores[cpu].Worker);
            _cores.Remove(cpu);
        }

        foreach (var core in _cores.Values)
            core.Worker.Tell(CpuWorker.PinAgain.Instance);
        foreach (var cpu in usable.Except(_cores.Keys).ToArray())
            _cores[cpu] = new Core(cpu, Context.ActorOf(Props.Create(() => new CpuWorker(cpu, _hardware.CreateThread)), NameOf(cpu)));
        _log.Info("Burning on CPUs {Cpus}", string.Join(", ", _cores.Keys.Order()));
    }

    // A CPU that comes back while its former worker is still stopping gets another name.
    private string NameOf(int cpu) =>
        Context.Child($"core-{cpu}").Equals(ActorRefs.Nobody) ? $"core-{cpu}" : $"core-{cpu}-{Now.ToUnixTimeMilliseconds()}";

    private sealed class Core(int cpu, IActorRef worker)
    {
        private CoreBurn? _judged;

        public IActorRef Worker => worker;

        public CoreBurn Burn { get; private set; } =
            new(cpu, 0, Domain.Units.DutyCycle.Idle, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

        public CoreCondition Condition { get; private set; } = new(cpu, 0);

        public void Apply(CoreBurn burn) => Burn = burn;

        /// <summary>Compares with where the thread was when last judged.</summary>
        public void Judge()
        {
            Condition = Condition.Apply(_judged ?? Burn, Burn);
            _judged = Burn;
        }
    }
}
