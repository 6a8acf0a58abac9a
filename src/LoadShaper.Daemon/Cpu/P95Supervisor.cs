using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Daemon.Cpu;

/// <summary>
/// Keeps the <see cref="P95Controller"/> running. While the journal fails the workers are idle and the controller is
/// started again with a growing delay, a damaged file having been moved aside; after an hour of it this actor decides from
/// memory, at the least load that is safe, until the journal is back. Told what the controller is told; passes it on, and
/// keeps what others want recorded until it is.
/// </summary>
internal sealed class P95Supervisor : ReceiveActor, IWithTimers
{
    /// <summary>From the controller, which stops next.</summary>
    /// <param name="Damaged">SQLite says that the file is malformed.</param>
    /// <param name="InRecovery">The journal could not even be read.</param>
    public sealed record JournalFailed(string Problem, bool Damaged = false, bool InRecovery = false);

    private sealed record Retry
    {
        public static readonly Retry Instance = new();
    }

    private sealed record PatienceIsOver
    {
        public static readonly PatienceIsOver Instance = new();
    }

    private sealed record CleanUp
    {
        public static readonly CleanUp Instance = new();
    }

    private sealed record Prepared(JournalLoss? Loss, string? Problem);

    private sealed record CleanedUp(long? Forget, bool More, string? Problem);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstCleanUp = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CleanUpEvery = TimeSpan.FromHours(1);

    // Between two steps of giving pages back everyone else has the disk.
    private static readonly TimeSpan CleanUpPause = TimeSpan.FromSeconds(1);

    // More than memory and network can have to say in a day; what is older is worth less than what is new.
    private const int UnrecordedKept = 1000;

    /// <summary>How long the machine is left unprotected rather than loaded without a record.</summary>
    public static readonly TimeSpan PatienceWithoutJournal = TimeSpan.FromHours(1);

    private readonly ControllerSetup _setup;
    private readonly Func<ControllerSetup, P95Controller.Opening, Props> _controllerProps;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<IEvent> _unrecorded = [];
    private IActorRef _controller = ActorRefs.Nobody;
    private ControllerSnapshot _memory = ControllerSnapshot.Empty;
    private ControllerLoop? _fromMemory;
    private DaemonStarted? _start;
    private TimeSpan _retry = FirstRetry;
    private DateTimeOffset? _failedSince;
    private string? _problem;
    private string? _loss;
    private bool _patienceIsOver;
    private bool _damaged;
    private bool _withoutSnapshot;
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
            if (_failedSince is null)
                _controller.Forward(sample);
            else
                WithoutJournal(sample);
        });
        // Told before the first sample: a replay takes the settings from there.
        Receive<DaemonStarted>(started =>
        {
            _start = started;
            Pass(started);
        });
        Receive<IEvent>(Pass);
        Receive<MinuteHistory>(history => _fromMemory?.Restore(history.Minutes));
        Receive<P95Controller.Remembered>(remembered =>
        {
            _memory = remembered.Memory;
            _unrecorded.RemoveAll(happened => remembered.Events.Any(recorded => ReferenceEquals(recorded, happened)));
        });
        Receive<P95Controller.Ready>(_ => Recovered());
        Receive<JournalFailed>(failed =>
        {
            _problem = failed.Problem;
            _damaged = failed.Damaged;
            _withoutSnapshot = failed.InRecovery;
        });
        Receive<Terminated>(ended => Ended(ended.ActorRef));
        Receive<Retry>(_ => Prepare());
        Receive<Prepared>(Begin);
        Receive<PatienceIsOver>(_ =>
        {
            _patienceIsOver = true;
            _log.Warning("no journal for {0}; from now on decisions are made from memory, at the least load that is safe", PatienceWithoutJournal);
        });
        Receive<CleanUp>(_ => Clean());
        Receive<CleanedUp>(Cleaned);
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

    // A controller that throws has lost its way; it begins again from the journal, after the delay.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        if (_setup.Loss is { } loss)
            Remember(loss);
        Start();
        Timers.StartPeriodicTimer(nameof(CleanUp), CleanUp.Instance, FirstCleanUp, CleanUpEvery);
    }

    private void Start()
    {
        var unrecorded = new List<IEvent>(_unrecorded);
        if (_failedSince is { } since)
            unrecorded.Add(new GapSeen(Context.System.Scheduler.Now, since, GapCause.JournalFailed, _problem));
        var opening = new P95Controller.Opening(unrecorded, _withoutSnapshot, _loss);
        _controller = Context.Watch(Context.ActorOf(_controllerProps(_setup, opening), "controller"));
    }

    private void Pass(IEvent happened)
    {
        _unrecorded.Add(happened);
        if (_unrecorded.Count > UnrecordedKept)
            _unrecorded.RemoveAt(0);
        _controller.Forward(happened);
    }

    private void Recovered()
    {
        if (_failedSince is not null)
            _log.Info("the journal is back; decisions are recorded again");
        Timers.Cancel(nameof(PatienceIsOver));
        (_failedSince, _fromMemory, _problem, _patienceIsOver) = (null, null, null, false);
        (_damaged, _withoutSnapshot) = (false, false);
        _retry = FirstRetry;
    }

    private void Ended(IActorRef controller)
    {
        if (!controller.Equals(_controller))
            return;
        _controller = ActorRefs.Nobody;
        if (_stopping)
        {
            Context.Stop(Self);
            return;
        }
        if (_failedSince is null)
        {
            _failedSince = Context.System.Scheduler.Now;
            // Counted by a timer: the clock may be set meanwhile.
            Timers.StartSingleTimer(nameof(PatienceIsOver), PatienceIsOver.Instance, PatienceWithoutJournal);
        }
        _problem ??= "the controller failed; the log says why";
        _setup.Workers.Tell(CpuWorkerGroup.Idle.Instance);
        RetryLater(_problem);
    }

    private void RetryLater(string problem)
    {
        _log.Warning("{0}; trying again in {1} s", problem.TrimEnd('.'), _retry.TotalSeconds);
        Timers.StartSingleTimer(nameof(Retry), Retry.Instance, _retry);
        _retry = _retry * 2 < LongestRetry ? _retry * 2 : LongestRetry;
    }

    // The file may be large and the disk slow; this actor has samples to answer meanwhile.
    private void Prepare()
    {
        var (journal, now, damaged) = (_setup.Journal, Context.System.Scheduler.Now, _damaged);
        Task.Run(() =>
        {
            try
            {
                return new Prepared(journal.Prepare(now, damaged), null);
            }
            catch (Exception e) when (IsStorageFailure(e))
            {
                return new Prepared(null, e.Message);
            }
        }).PipeTo(Self);
    }

    private void Begin(Prepared prepared)
    {
        if (_stopping)
            return;
        if (prepared.Problem is { } problem)
        {
            _problem = problem;
            RetryLater($"the journal cannot be used: {problem}");
            return;
        }
        _damaged = false;
        if (prepared.Loss is { } loss)
        {
            // A journal is not understood without the settings in force.
            if (_start is not null && !_unrecorded.Contains(_start))
                _unrecorded.Insert(0, _start);
            Remember(loss);
        }
        Start();
    }

    private void Remember(JournalLoss loss)
    {
        _loss = loss.ToString();
        _log.Error("the journal was lost: {0}", _loss);
        _unrecorded.Add(loss.ToGap(Context.System.Scheduler.Now));
    }

    private void WithoutJournal(Sample sample)
    {
        // The position that a held gate gives is the least load that is safe.
        var turn = Loop().Turn(sample, heldAtLeast: _patienceIsOver ? GatePosition.HeldByLoadAverage : GatePosition.Closed);
        foreach (var happened in turn.Events)
            Loop().Apply(happened);
        if (turn.HistoryWanted)
            AskForHistory();
        _setup.Workers.Tell(new CpuWorkerGroup.SetPlan(turn.Plan, turn.Gate.Position, turn.Gate.Scale));
        _setup.TurnsTo.Tell(turn);
        _setup.StatusTo.Tell(Loop().StatusAt(sample.At, _problem) with { JournalLoss = _loss });
    }

    private ControllerLoop Loop()
    {
        if (_fromMemory is not null)
            return _fromMemory;
        _fromMemory = _setup.NewLoop();
        _fromMemory.Restore(_memory);
        AskForHistory();
        return _fromMemory;
    }

    private void AskForHistory()
    {
        var now = Context.System.Scheduler.Now;
        _setup.Store.Tell(new MinutesWanted(now - _setup.HistoryKept, now));
    }

    private void Clean()
    {
        if (_failedSince is not null)
            return;
        var (journal, now, kept) = (_setup.Journal, Context.System.Scheduler.Now, _setup.JournalRetention);
        Task.Run(() =>
        {
            try
            {
                var states = journal.ReadRecordedStates(P95Controller.Id, RetentionPolicy.Cutoff(now, kept), RetentionPolicy.Step);
                return new CleanedUp(RetentionPolicy.Decide(states, now, kept), journal.Tidy(), null);
            }
            catch (Exception e) when (IsStorageFailure(e))
            {
                return new CleanedUp(null, false, e.Message);
            }
        }).PipeTo(Self);
    }

    private void Cleaned(CleanedUp cleaned)
    {
        if (cleaned.Problem is { } problem)
            _log.Warning("the journal was not cleaned up: {0}", problem);
        if (cleaned.Forget is { } sequenceNr && _failedSince is null)
            _controller.Tell(new P95Controller.Forget(sequenceNr));
        if (cleaned.More)
            Timers.StartSingleTimer(nameof(CleanUpPause), CleanUp.Instance, CleanUpPause);
    }

    private static bool IsStorageFailure(Exception e) => e is SqliteException or IOException or UnauthorizedAccessException;
}
