using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Daemon.Cpu;

/// <summary>
/// Decides slots and blocks and journals every decision: persist, then apply, then act; less load is acted on first.
/// Told: <see cref="Sample"/>, and every <see cref="IEvent"/> of others that is to be journaled.
/// Stops when the journal fails; its parent, the <see cref="P95Supervisor"/>, then sees to it that nothing is burnt.
/// </summary>
internal sealed class P95Controller : ReceivePersistentActor, IWithTimers
{
    /// <summary>Ends in order: the reason is journaled, a snapshot taken, then the actor stops.</summary>
    public sealed record Stop(string Reason);

    /// <summary>The journal up to this event is no longer kept.</summary>
    public sealed record Forget(long ToSequenceNr);

    /// <summary>To the parent: recovered, what it was given to record is on disk, and from now on it decides.</summary>
    public sealed record Ready;

    /// <summary>To the parent: what is on disk now, and which events came there last.</summary>
    public sealed record Remembered(ControllerSnapshot Memory, IReadOnlyList<IEvent> Events);

    private sealed record NoHistory
    {
        public static readonly NoHistory Instance = new();
    }

    /// <summary>What a controller begins with.</summary>
    /// <param name="Unrecorded">To be recorded before anything is decided: what the journal missed.</param>
    /// <param name="WithoutSnapshot">The snapshots could not be read: the events are folded from the first.</param>
    /// <param name="Loss">What was lost of the journal, for the status.</param>
    public sealed record Opening(IReadOnlyList<IEvent> Unrecorded, bool WithoutSnapshot = false, string? Loss = null);

    /// <summary>The one persistence id of the journal; never changes.</summary>
    public const string Id = "loadshaper";

    private const int SnapshotsKept = 3;

    // Stored minutes are worth waiting for, but not longer than load is worth missing.
    private static readonly TimeSpan HistoryPatience = TimeSpan.FromSeconds(10);

    private readonly ControllerSetup _setup;
    private readonly Opening _opening;
    private readonly ControllerLoop _loop;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<long> _snapshots = new();
    private ControllerTurn? _last;
    private int _slotsSinceSnapshot;
    private int _unreadable;

    public P95Controller(ControllerSetup setup, Opening opening)
    {
        _setup = setup;
        _opening = opening;
        _loop = setup.NewLoop();
        Recover<SnapshotOffer>(offer =>
        {
            if (offer.Snapshot is ControllerSnapshot memory)
                _loop.Restore(memory);
        });
        Recover<IEvent>(_loop.Apply);
        Recover<UnreadableEvent>(unreadable =>
        {
            if (_unreadable++ == 0)
                _log.Error("an event of the journal cannot be read and is passed over: {0}", unreadable.Problem);
        });
        Recover<RecoveryCompleted>(_ => Recovered());
        AwaitHistory();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public override string PersistenceId => Id;

    public override Recovery Recovery => _opening.WithoutSnapshot ? new Recovery(SnapshotSelectionCriteria.None) : Recovery.Default;

    protected override void PostStop()
    {
        _setup.Workers.Tell(CpuWorkerGroup.Idle.Instance);
        base.PostStop();
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _log.Error("{0} could not be journaled: {1}", @event.GetType().Name, cause.Message);
        Context.Parent.Tell(new P95Supervisor.JournalFailed(cause.Message, SqliteFile.IsCorruption(cause)));
    }

    // What cannot be written would be decided again in each period, and acted on without a record.
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _log.Error("{0} cannot be put into the journal: {1}", @event.GetType().Name, cause.Message);
        Fail(cause.Message);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        _log.Error("the journal could not be read: {0}", reason.Message);
        Context.Parent.Tell(new P95Supervisor.JournalFailed(reason.Message, SqliteFile.IsCorruption(reason), InRecovery: true));
    }

    private void Fail(string problem)
    {
        Context.Parent.Tell(new P95Supervisor.JournalFailed(problem));
        Context.Stop(Self);
    }

    private void Recovered()
    {
        if (_unreadable > 1)
            _log.Error("{0} events of the journal cannot be read; `loadshaper replay` names them", _unreadable);
        // Not a receive timeout: each sample would begin it anew.
        Timers.StartSingleTimer(nameof(NoHistory), NoHistory.Instance, HistoryPatience);
        AskForHistory();
    }

    private void AskForHistory()
    {
        var now = Context.System.Scheduler.Now;
        _setup.Store.Tell(new MinutesWanted(now - _setup.HistoryKept, now));
    }

    private void AwaitHistory()
    {
        Command<MinuteHistory>(history =>
        {
            _loop.Restore(history.Minutes);
            Begin();
        });
        Command<NoHistory>(_ =>
        {
            _log.Warning("no stored minutes within {0} s; the readings begin anew", HistoryPatience.TotalSeconds);
            Begin();
        });
        Command<Stop>(_ =>
        {
            Stash.Stash();
            Begin();
        });
        Command<SaveSnapshotSuccess>(_ => { });
        CommandAny(_ => Stash.Stash());
    }

    private void Begin()
    {
        Timers.Cancel(nameof(NoHistory));
        Become(Deciding);
        foreach (var sequenceNr in Snapshots())
            _snapshots.Enqueue(sequenceNr);
        DeleteOldSnapshots();
        Record(_opening.Unrecorded.SelectMany(WithGap).ToArray());
        // Reading alone does not show that the journal is back.
        DeferAsync(new Ready(), ready => Context.Parent.Tell(ready));
        Stash.UnstashAll();
    }

    private void Deciding()
    {
        Command<Sample>(Decide);
        Command<MinuteHistory>(history => _loop.Restore(history.Minutes));
        Command<Stop>(stop =>
        {
            if (!IsWritable())
                return;
            Record([new DaemonStopped(Context.System.Scheduler.Now, stop.Reason)]);
            DeferAsync(stop, _ =>
            {
                SaveSnapshot(_loop.Memory);
                Become(Stopping);
            });
        });
        Command<IEvent>(happened =>
        {
            if (IsWritable())
                Record(WithGap(happened).ToArray());
        });
        Command<Forget>(forget => DeleteMessages(forget.ToSequenceNr));
        Command<DeleteMessagesSuccess>(deleted => _log.Info("events up to number {0} are older than JOURNAL_RETENTION_DAYS and were deleted", deleted.ToSequenceNr));
        Command<DeleteMessagesFailure>(failed => _log.Warning("old events remain: {0}", failed.Cause.Message));
        AnswersAboutSnapshots();
    }

    private void Stopping()
    {
        Command<SaveSnapshotSuccess>(_ => Context.Stop(Self), saved => saved.Metadata.SequenceNr == LastSequenceNr);
        Command<SaveSnapshotFailure>(_ => Context.Stop(Self), failed => failed.Metadata.SequenceNr == LastSequenceNr);
        CommandAny(_ => { });
    }

    // Those of earlier lives count too, or short lives would pile them up.
    private IReadOnlyList<long> Snapshots()
    {
        try
        {
            return _setup.Journal.ReadSnapshots(Id, SnapshotsKept);
        }
        catch (SqliteException e)
        {
            _log.Warning("old snapshots remain: {0}", e.Message);
            return [];
        }
    }

    private void DeleteOldSnapshots()
    {
        while (_snapshots.Count > SnapshotsKept)
            _snapshots.Dequeue();
        if (_snapshots.Count == SnapshotsKept)
            DeleteSnapshots(new SnapshotSelectionCriteria(_snapshots.Peek() - 1));
    }

    private void AnswersAboutSnapshots()
    {
        Command<SaveSnapshotSuccess>(saved =>
        {
            _snapshots.Enqueue(saved.Metadata.SequenceNr);
            DeleteOldSnapshots();
        });
        Command<SaveSnapshotFailure>(failed => _log.Warning("no snapshot: {0}; the events remain", failed.Cause.Message));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => _log.Warning("old snapshots remain: {0}", failed.Cause.Message));
        Command<NoHistory>(_ => { });
    }

    private void Decide(Sample sample)
    {
        if (!IsWritable())
            return;
        var turn = _loop.Turn(sample);
        if (turn.HistoryWanted)
            AskForHistory();
        // Less load never waits for the journal.
        var less = turn.Events.Count == 0 || turn.IsLessThan(_last);
        if (less)
            Act(turn);
        Record(turn.Events);
        DeferAsync(turn, decided =>
        {
            if (!less)
                Act(decided);
            _setup.TurnsTo.Tell(decided);
            _setup.StatusTo.Tell(_loop.StatusAt(sample.At) with { JournalLoss = _opening.Loss });
        });
    }

    // Nothing is written to a file that is no longer ours.
    private bool IsWritable()
    {
        if (_setup.Journal.Problem() is not { } problem)
            return true;
        _log.Error("Journal cannot be written: {Problem}", problem);
        Fail(problem);
        return false;
    }

    private void Act(ControllerTurn turn)
    {
        _last = turn;
        _setup.Workers.Tell(new CpuWorkerGroup.SetPlan(turn.Plan, turn.Gate.Position, turn.Gate.Scale));
    }

    // A start after events says how long nobody decided.
    private IEnumerable<IEvent> WithGap(IEvent happened) =>
        happened is DaemonStarted && GapPolicy.AtStart(_loop.Memory.LastEvent, happened.At) is { } gap ? [gap, happened] : [happened];

    private void Record(IReadOnlyList<IEvent> events)
    {
        if (events.Count == 0)
            return;
        PersistAll(events, happened =>
        {
            _loop.Apply(happened);
            if (happened is SlotDecided && ++_slotsSinceSnapshot >= _setup.Settings.SlotsBetweenSnapshots)
            {
                _slotsSinceSnapshot = 0;
                SaveSnapshot(_loop.Memory);
            }
        });
        DeferAsync(events, recorded => Context.Parent.Tell(new Remembered(_loop.Memory, recorded)));
    }
}
