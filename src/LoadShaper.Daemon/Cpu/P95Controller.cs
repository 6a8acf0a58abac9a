using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Daemon.Cpu;

/// <summary>
/// Decides slots and blocks and journals every decision: persist, then apply, then act; less load is acted on first.
/// Receives <see cref="Sample"/>, every <see cref="IEvent"/> of other actors that is to be journaled, and <see cref="RetentionPlan"/>.
/// Stops when the journal fails; its parent, the <see cref="P95Supervisor"/>, then idles the workers.
/// </summary>
internal sealed class P95Controller : ReceivePersistentActor, IWithTimers
{
    /// <summary>Ordered stop: the reason is journaled, a snapshot saved, then the actor stops.</summary>
    public sealed record Stop(string Reason);

    /// <summary>To the parent: recovered, the events of the opening are on disk, and from now on it decides.</summary>
    public sealed record Ready;

    /// <summary>To the parent: the state that is on disk now, and the events that were written last.</summary>
    public sealed record Remembered(ControllerSnapshot Memory, IReadOnlyList<IEvent> Events);

    private sealed record NoHistory
    {
        public static readonly NoHistory Instance = new();
    }

    /// <summary>What a controller starts with.</summary>
    /// <param name="Unrecorded">Events that the journal missed; recorded before anything is decided.</param>
    /// <param name="WithoutSnapshot">The snapshots could not be read: the events are folded from the first.</param>
    /// <param name="Loss">What was lost of the journal, for the status.</param>
    public sealed record Opening(IReadOnlyList<IEvent> Unrecorded, bool WithoutSnapshot = false, string? Loss = null);

    /// <summary>The one persistence id of the journal; never changes.</summary>
    public const string Id = "loadshaper";

    private const int SnapshotsKept = 3;

    // Without stored minutes the readings are worse; without load the VM is at risk.
    private static readonly TimeSpan HistoryTimeout = TimeSpan.FromSeconds(10);

    private readonly ControllerSetup _setup;
    private readonly Opening _opening;
    private readonly ControllerLoop _loop;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<long> _snapshots = new();
    private ControllerTurn? _last;
    private DateTimeOffset _historyBefore;
    private int _slotsSinceSnapshot;
    private int _unreadable;
    private long? _folded;

    public P95Controller(ControllerSetup setup, Opening opening)
    {
        _setup = setup;
        _opening = opening;
        _loop = setup.NewLoop();
        Recover<SnapshotOffer>(offer =>
        {
            // Thrown here, it ends this recovery, and the next one folds the events instead.
            if (offer.Snapshot is not ControllerSnapshot memory)
                throw new EventUnreadableException($"the snapshot at event {offer.Metadata.SequenceNr} could not be read: {(offer.Snapshot as UnreadableEvent)?.Problem ?? "it has another type"}");
            _loop.Restore(memory);
            _folded = offer.Metadata.SequenceNr;
        });
        Recover<IEvent>(Fold);
        Recover<UnreadableEvent>(unreadable =>
        {
            ReportMissing(LastSequenceNr - 1);
            Skip(unreadable.Problem);
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
        _log.Error("Cannot journal {Event}: {Reason}", @event.GetType().Name, cause.Message);
        Context.Parent.Tell(new P95Supervisor.JournalFailed(cause.Message, SqliteFile.IsCorruption(cause)));
    }

    // An event that cannot be written would be decided again in each period, and acted on without a record.
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _log.Error("Cannot serialize {Event} for the journal: {Reason}", @event.GetType().Name, cause.Message);
        Fail(cause.Message);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        _log.Error("Cannot read the journal: {Reason}", reason.Message);
        Context.Parent.Tell(new P95Supervisor.JournalFailed(reason.Message, SqliteFile.IsCorruption(reason), InRecovery: true));
    }

    private void Fail(string problem)
    {
        Context.Parent.Tell(new P95Supervisor.JournalFailed(problem));
        Context.Stop(Self);
    }

    private void Fold(IEvent happened)
    {
        ReportMissing(LastSequenceNr - 1);
        try
        {
            _loop.Apply(happened);
            _folded = LastSequenceNr;
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or InvalidOperationException)
        {
            // A damaged time or slot can be valid JSON and still have no place in the calendar.
            Skip($"{happened.GetType().Name}: {e.Message}");
        }
    }

    private void Skip(string problem)
    {
        _folded = LastSequenceNr;
        if (_unreadable++ == 0)
            _log.Error("Cannot read journal event {SequenceNr}; skipped: {Problem}", LastSequenceNr, problem);
    }

    // Retention removes the oldest events; a hole behind them is damage, or an event that was rejected.
    private void ReportMissing(long last)
    {
        if (_folded is { } folded && last > folded)
            _log.Error("Journal events {First} to {Last} are missing; `loadshaper replay` lists them", folded + 1, last);
    }

    private void Recovered()
    {
        ReportMissing(LastSequenceNr);
        if (_unreadable > 1)
            _log.Error("Cannot read {Count} journal events; `loadshaper replay` lists them", _unreadable);
        // Not a receive timeout: each sample would restart it.
        Timers.StartSingleTimer(nameof(NoHistory), NoHistory.Instance, HistoryTimeout);
        AskForHistory();
    }

    private void AskForHistory()
    {
        var now = Context.System.Scheduler.Now;
        _historyBefore = _loop.SampledAt ?? now;
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
            _log.Warning("Sample history not received within {Timeout}; starting with an empty history", HistoryTimeout);
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
        // That the journal can be read does not show that it can be written.
        DeferAsync(new Ready(), ready => Context.Parent.Tell(ready));
        Stash.UnstashAll();
    }

    private void Deciding()
    {
        Command<Sample>(Decide);
        Command<MinuteHistory>(history => _loop.Reload(history.Minutes, _historyBefore));
        Command<MinutesFilledIn>(_ => AskForHistory());
        Command<OracleView>(_loop.See);
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
        Command<RetentionPlan>(plan => DeleteMessages(plan.ToSequenceNr));
        Command<DeleteMessagesSuccess>(deleted => _log.Info("Deleted journal events up to {SequenceNr}: older than JOURNAL_RETENTION_DAYS, or the journal is larger than {Limit}", deleted.ToSequenceNr, RetentionPolicy.LargestSize));
        Command<DeleteMessagesFailure>(failed => _log.Warning("Cannot delete old events: {Reason}", failed.Cause.Message));
        AnswersAboutSnapshots();
    }

    private void Stopping()
    {
        Command<SaveSnapshotSuccess>(_ => Context.Stop(Self), saved => saved.Metadata.SequenceNr == LastSequenceNr);
        Command<SaveSnapshotFailure>(_ => Context.Stop(Self), failed => failed.Metadata.SequenceNr == LastSequenceNr);
        CommandAny(_ => { });
    }

    // Those of earlier runs count too, or short runs would accumulate them.
    private IReadOnlyList<long> Snapshots()
    {
        try
        {
            return _setup.Journal.ReadSnapshots(Id, SnapshotsKept);
        }
        catch (SqliteException e)
        {
            _log.Warning("Cannot list snapshots: {Reason}; old ones remain", e.Message);
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
        Command<SaveSnapshotFailure>(failed => _log.Warning("Cannot save a snapshot: {Reason}; the events remain", failed.Cause.Message));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => _log.Warning("Cannot delete old snapshots: {Reason}", failed.Cause.Message));
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
            _setup.Levers.Tell(decided, eventsTo: Context.Parent);
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

    // A start after events records how long nothing was decided.
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
