using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;

namespace LoadShaper.Daemon.Cpu;

/// <summary>
/// Keeps the <see cref="P95Controller"/> running and carries out <see cref="OutagePolicy"/> while the journal is unavailable: the
/// workers idle, the controller is started again with a growing delay, and after an hour decisions are made in memory. Receives
/// everything that the controller receives, forwards it, and keeps events until they are recorded.
/// </summary>
internal sealed class P95Supervisor : ReceiveActor, IWithTimers
{
    /// <summary>From the controller, which stops next.</summary>
    /// <param name="Damaged">SQLite reported the file as malformed.</param>
    /// <param name="InRecovery">The journal could not be read.</param>
    public sealed record JournalFailed(string Problem, bool Damaged = false, bool InRecovery = false);

    private sealed record Retry
    {
        public static readonly Retry Instance = new();
    }

    private sealed record PatienceElapsed
    {
        public static readonly PatienceElapsed Instance = new();
    }

    private sealed record Prepared(JournalLoss? Loss);

    private sealed record PrepareFailed(Exception Cause);

    private readonly ControllerSetup _setup;
    private readonly Func<ControllerSetup, P95Controller.Opening, Props> _controllerProps;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly UnrecordedEvents _unrecorded = new();
    private IActorRef _controller = ActorRefs.Nobody;
    private OutageState _outage = OutageState.None;
    private ControllerSnapshot _recorded = ControllerSnapshot.Empty;
    private ControllerLoop? _inMemory;
    private DateTimeOffset _historyBefore;
    private DaemonStarted? _start;
    private OracleView? _oracle;
    private string? _loss;
    private LedgerState? _ledger;
    private ControllerCounts _counts = ControllerCounts.Zero;
    private bool _stopping;

    public P95Supervisor(ControllerSetup setup)
        : this(setup, (s, opening) => Props.Create(() => new P95Controller(s, opening)))
    {
    }

    public P95Supervisor(ControllerSetup setup, Func<ControllerSetup, P95Controller.Opening, Props> controllerProps)
    {
        _setup = setup;
        _controllerProps = controllerProps;
        Receive<Sample>(sample =>
        {
            if (_outage.IsAvailable)
                _controller.Forward(sample);
            else
                DecideInMemory(sample);
            // Repeated for a receiver that has restarted.
            _setup.StatusTo.Tell(_counts);
        });
        // Received before the first sample: a replay takes the settings from it.
        Receive<DaemonStarted>(started =>
        {
            _start = started;
            Pass(started);
        });
        Receive<IEvent>(Pass);
        Receive<MinuteHistory>(history => _inMemory?.Reload(history.Minutes, _historyBefore));
        Receive<MinutesFilledIn>(filled =>
        {
            if (_outage.IsAvailable)
                _controller.Tell(filled);
            else if (_inMemory is not null)
                AskForHistory();
        });
        Receive<OracleView>(view =>
        {
            _oracle = view;
            _controller.Tell(view);
            _inMemory?.See(view);
        });
        Receive<RetentionPlan>(plan =>
        {
            if (_outage.IsAvailable)
                _controller.Tell(plan);
        });
        Receive<P95Controller.Remembered>(remembered =>
        {
            _recorded = remembered.Memory;
            _unrecorded.Remove(remembered.Events);
            Count(_counts.Apply(remembered.Events, recorded: true));
            TellLedger(remembered.Memory.Ledger ?? LedgerState.Start, hasEntry: remembered.Events.Any(happened => happened is LedgerEvent));
        });
        Receive<LedgerWanted>(_ =>
        {
            if (_ledger is { } ledger)
                _setup.Levers.Network.Tell(ledger);
        });
        Receive<P95Controller.Ready>(_ =>
        {
            if (!_outage.IsAvailable)
                _log.Info("Journal available; recording resumed");
            _inMemory = null;
            if (_oracle is not null)
                _controller.Tell(_oracle);
            Act(new OutageInput.Recovered());
        });
        Receive<JournalFailed>(failed =>
        {
            Count(_counts.Failed(failed.InRecovery));
            Act(new OutageInput.Failed(failed.Problem, failed.Damaged, failed.InRecovery));
        });
        Receive<Terminated>(ended => ended.ActorRef.Equals(_controller), _ => OnControllerEnded());
        Receive<Terminated>(_ => { });
        Receive<Retry>(_ => Prepare());
        Receive<Prepared>(OnPrepared);
        Receive<PrepareFailed>(failed =>
        {
            if (!_stopping)
                Act(new OutageInput.NotPrepared(failed.Cause.Message));
        });
        Receive<PatienceElapsed>(_ =>
        {
            Act(new OutageInput.PatienceElapsed());
            if (_outage.DecidesInMemory)
                _log.Warning("Journal unavailable for {Outage}; continuing in memory at the minimum safe load", OutagePolicy.Patience);
        });
        Receive<P95Controller.Stop>(stop =>
        {
            _stopping = true;
            if (_controller.IsNobody())
                Context.Stop(Self);
            else
                _controller.Tell(stop);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // The state of a controller that throws cannot be trusted; it starts again from the journal, after the delay.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        if (_setup.Loss is { } loss)
            Remember(loss);
        Start();
    }

    private void Act(OutageInput input)
    {
        var decision = OutagePolicy.Decide(_outage, input);
        _outage = decision.State;
        var plan = decision.Plan;
        if (plan.IdleWorkers)
            _setup.Workers.Tell(CpuWorkerGroup.Idle.Instance);
        if (plan.PatienceAfter is { } patience)
        {
            Timers.Cancel(nameof(PatienceElapsed));
            if (patience > TimeSpan.Zero)
                Timers.StartSingleTimer(nameof(PatienceElapsed), PatienceElapsed.Instance, patience);
        }
        if (plan.RetryAfter is { } delay)
        {
            _log.Warning("Journal unavailable: {Reason}; retrying in {Delay}", _outage.Problem?.TrimEnd('.'), delay);
            Timers.StartSingleTimer(nameof(Retry), Retry.Instance, delay);
        }
        if (plan.StartController)
            Start();
    }

    private void Start()
    {
        List<IEvent> unrecorded = [.. _unrecorded.All];
        if (_outage.Since is { } since)
            unrecorded.Add(new GapSeen(Context.System.Scheduler.Now, since, GapCause.JournalFailed, _outage.Problem));
        var opening = new P95Controller.Opening(unrecorded, _outage.IsUnreadable, _loss);
        _controller = Context.Watch(Context.ActorOf(_controllerProps(_setup, opening), "controller"));
        Count(_counts.Started());
    }

    // Traffic waits until its reservation is on disk; an entry may leave the state as it was.
    private void TellLedger(LedgerState ledger, bool hasEntry)
    {
        if (_ledger == ledger && !hasEntry)
            return;
        _ledger = ledger;
        _setup.Levers.Network.Tell(ledger);
    }

    private void Count(ControllerCounts counts) => _setup.StatusTo.Tell(_counts = counts);

    private void Pass(IEvent happened)
    {
        _unrecorded.Add(happened);
        _controller.Forward(happened);
    }

    private void OnControllerEnded()
    {
        _controller = ActorRefs.Nobody;
        if (_stopping)
            Context.Stop(Self);
        else
            Act(new OutageInput.ControllerEnded(Context.System.Scheduler.Now));
    }

    // The file may be large and the disk slow; this actor has samples to decide meanwhile.
    private void Prepare()
    {
        var (journal, now, damaged) = (_setup.Journal, Context.System.Scheduler.Now, _outage.IsDamaged);
        Task.Run(() => new Prepared(journal.Prepare(now, damaged))).PipeTo(Self, failure: cause => new PrepareFailed(cause));
    }

    private void OnPrepared(Prepared prepared)
    {
        if (_stopping)
            return;
        if (prepared.Loss is { } loss)
        {
            // A journal is not understood without the settings in force.
            if (_start is not null)
                _unrecorded.AddFirst(_start);
            Remember(loss);
        }
        Act(new OutageInput.Prepared());
    }

    private void Remember(JournalLoss loss)
    {
        _loss = loss.ToString();
        _log.Error("Journal lost: {Loss}", _loss);
        _unrecorded.Add(loss.ToGap(Context.System.Scheduler.Now));
    }

    private void DecideInMemory(Sample sample)
    {
        // The position that a held gate gives is the minimum safe load.
        var turn = Loop().Turn(sample, heldAtLeast: _outage.DecidesInMemory ? GatePosition.HeldByLoadAverage : GatePosition.Closed);
        foreach (var happened in turn.Events)
            Loop().Apply(happened);
        if (turn.Events.Count > 0)
            Count(_counts.Apply(turn.Events, recorded: false));
        if (turn.HistoryWanted)
            AskForHistory();
        _setup.Workers.Tell(new CpuWorkerGroup.SetPlan(turn.Plan, turn.Gate.Position, turn.Gate.Scale));
        _setup.Levers.Tell(turn, eventsTo: Self);
        _setup.StatusTo.Tell(Loop().StatusAt(sample.At, _outage.Problem) with { JournalLoss = _loss });
    }

    private ControllerLoop Loop()
    {
        if (_inMemory is not null)
            return _inMemory;
        _inMemory = _setup.NewLoop();
        _inMemory.Restore(_recorded);
        if (_oracle is not null)
            _inMemory.See(_oracle);
        AskForHistory();
        return _inMemory;
    }

    private void AskForHistory()
    {
        var now = Context.System.Scheduler.Now;
        _historyBefore = _inMemory?.SampledAt ?? now;
        _setup.Store.Tell(new MinutesWanted(now - _setup.HistoryKept, now));
    }
}
