#nullable disable
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Persistence;

/// <summary>
/// The states: waiting for the snapshot, being told the events, receiving commands, waiting for what was persisted.
/// A message that the state does not know waits in a stash of its own.
/// </summary>
public abstract partial class Eventsourced
{
    /// <summary>What was asked for in the command that is being handled.</summary>
    private readonly List<IPersistentEnvelope> _eventBatch = [];

    /// <summary>The handlers still to run, in the order of the journal's answers.</summary>
    private readonly Queue<PendingInvocation> _pendingInvocations = [];

    /// <summary>What the journal gets once it has answered to what it has.</summary>
    private List<IPersistentEnvelope> _journalBatch = [];

    private Action<Receive, object> _state;
    private int _pendingStashingInvocations;
    private bool _isWriteInProgress;
    private bool _asyncTaskRunning;
    private ICancelable _recoveryTimeout;
    private TimeSpan _recoveryEventTimeout;
    private bool _eventSeen;
    private long _replayMax;

    private readonly record struct PendingInvocation(Action<object> Handler, bool Stashing);

    public override void AroundPreStart()
    {
        if (PersistenceId is null)
            throw new ArgumentNullException(nameof(PersistenceId), $"PersistenceId is [null] for PersistentActor [{Self.Path}]");

        // A missing plugin is found now, not with the first event.
        _ = Journal;
        _ = SnapshotStore;
        StartRecovery();
        base.AroundPreStart();
    }

    public override void AroundPreRestart(Exception cause, object message)
    {
        ReleaseStashes();
        FlushJournalBatch();
        base.AroundPreRestart(cause, message switch
        {
            WriteMessageSuccess success => success.Persistent,
            LoopMessageSuccess success => success.Message,
            ReplayedMessage replayed => replayed.Persistent,
            _ => message,
        });
    }

    public override void AroundPostRestart(Exception reason, object message)
    {
        StartRecovery();
        base.AroundPostRestart(reason, message);
    }

    public override void AroundPostStop()
    {
        _recoveryTimeout?.Cancel();
        ReleaseStashes();
        base.AroundPostStop();
    }

    protected internal override bool AroundReceive(Receive receive, object message)
    {
        _state(receive, message);
        return true;
    }

    /// <summary>Runs the task with the actor waiting for it; what it persists is written when it is done.</summary>
    protected void RunTask(Func<Task> action)
    {
        if (_asyncTaskRunning)
            throw new NotSupportedException("RunTask calls cannot be nested");
        ActorTaskScheduler.RunTask(async () =>
        {
            var task = action();
            if (task.IsCompleted)
            {
                await task;
                return;
            }
            _asyncTaskRunning = true;
            var failed = true;
            try
            {
                await task;
                failed = false;
            }
            finally
            {
                _asyncTaskRunning = false;
                CommandHandled(failed);
            }
        });
    }

    private void StartRecovery()
    {
        var recovery = Recovery;
        _replayMax = recovery.ReplayMax;
        _recoveryEventTimeout = Extension.JournalConfigFor(JournalPluginId).GetTimeSpan("recovery-event-timeout", null, false);
        _recoveryTimeout = Context.System.Scheduler.ScheduleTellOnceCancelable(_recoveryEventTimeout, Self, new RecoveryTick(true), Self);
        _state = WaitingForSnapshot;
        LoadSnapshot(SnapshotterId, recovery.FromSnapshot, recovery.ToSequenceNr);
    }

    private void WaitingForSnapshot(Receive receive, object message)
    {
        switch (message)
        {
            case LoadSnapshotResult result:
                _recoveryTimeout.Cancel();
                if (result.Snapshot is null || Offer(result.Snapshot))
                    StartReplay(result.ToSequenceNr);
                break;
            case LoadSnapshotFailed failed:
                StopUnrecovered(failed.Cause);
                break;
            case RecoveryTick { Snapshot: true }:
                StopUnrecovered(new RecoveryTimedOutException(
                    $"Recovery timed out, didn't get snapshot within {_recoveryEventTimeout.TotalSeconds}s."));
                break;
            default:
                _internalStash.Stash();
                break;
        }
    }

    /// <summary>Whether recovery goes on.</summary>
    private bool Offer(SelectedSnapshot snapshot)
    {
        var before = LastSequenceNr;
        var offer = new SnapshotOffer(snapshot.Metadata, snapshot.Snapshot);
        try
        {
            LastSequenceNr = snapshot.Metadata.SequenceNr;
            if (base.AroundReceive(ReceiveRecover, offer))
                return true;
            LastSequenceNr = before;
            Unhandled(offer);
            return true;
        }
        catch (Exception e)
        {
            StopUnrecovered(e);
            return false;
        }
    }

    private void StartReplay(long toSequenceNr)
    {
        _eventSeen = false;
        _recoveryTimeout = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            _recoveryEventTimeout, _recoveryEventTimeout, Self, new RecoveryTick(false), Self);
        _state = Replaying;
        Journal.Tell(new ReplayMessages(LastSequenceNr + 1, toSequenceNr, _replayMax, PersistenceId, Self), Self);
    }

    private void Replaying(Receive receive, object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                Replay(replayed.Persistent);
                break;
            case RecoverySuccess success:
                FinishRecovery(success.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure:
                StopUnrecovered(failure.Cause);
                break;
            case RecoveryTick { Snapshot: false } when _eventSeen:
                _eventSeen = false;
                break;
            case RecoveryTick { Snapshot: false }:
                StopUnrecovered(new RecoveryTimedOutException(
                    $"Recovery timed out, didn't get event within {_recoveryEventTimeout.TotalSeconds}s, highest sequence number seen {LastSequenceNr}."));
                break;
            case RecoveryTick:
                break;
            default:
                _internalStash.Stash();
                break;
        }
    }

    private void Replay(IPersistentRepresentation persistent)
    {
        _eventSeen = true;
        try
        {
            UpdateLastSequenceNr(persistent);
            base.AroundReceive(ReceiveRecover, persistent.Payload);
        }
        catch (Exception cause)
        {
            StopUnrecovered(cause, persistent.Payload);
        }
    }

    private void FinishRecovery(long highestSequenceNr)
    {
        _recoveryTimeout.Cancel();
        OnReplaySuccess();
        _sequenceNr = LastSequenceNr = Math.Max(highestSequenceNr, LastSequenceNr);
        IsRecovering = false;
        try
        {
            base.AroundReceive(ReceiveRecover, RecoveryCompleted.Instance);
        }
        finally
        {
            FlushBatch();
            _state = _pendingStashingInvocations > 0 ? Persisting : ProcessingCommands;
            if (_pendingStashingInvocations == 0)
                _internalStash.UnstashAll();
        }
    }

    private void StopUnrecovered(Exception cause, object message = null)
    {
        _recoveryTimeout.Cancel();
        _state = Stopping;
        try
        {
            OnRecoveryFailure(cause, message);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    /// <summary>Nothing more is done: what is still in the mailbox becomes dead letters with it.</summary>
    private void Stopping(Receive receive, object message)
    {
        if (message is not (ReplayedMessage or RecoverySuccess or ReplayMessagesFailure or RecoveryTick))
            _internalStash.Stash();
    }

    private void ProcessingCommands(Receive receive, object message)
    {
        if (HandleJournal(message))
            return;
        var failed = true;
        try
        {
            base.AroundReceive(receive, message);
            failed = false;
        }
        finally
        {
            CommandHandled(failed);
        }
    }

    private void CommandHandled(bool failed)
    {
        FlushBatch();
        if (_asyncTaskRunning)
            return;
        if (_pendingStashingInvocations > 0)
            _state = Persisting;
        else
            UnstashInternally(failed);
    }

    private void Persisting(Receive receive, object message)
    {
        if (!HandleJournal(message))
            _internalStash.Stash();
    }

    private bool HandleJournal(object message)
    {
        switch (message)
        {
            case WriteMessageSuccess success when success.ActorInstanceId == _instanceId:
                UpdateLastSequenceNr(success.Persistent);
                RunHandler(success.Persistent.Payload);
                return true;
            case LoopMessageSuccess loop when loop.ActorInstanceId == _instanceId:
                RunHandler(loop.Message);
                return true;
            case WriteMessageRejected rejected when rejected.ActorInstanceId == _instanceId:
                UpdateLastSequenceNr(rejected.Persistent);
                HandlerDone(failed: false);
                OnPersistRejected(rejected.Cause, rejected.Persistent.Payload, rejected.Persistent.SequenceNr);
                return true;
            case WriteMessageFailure failure when failure.ActorInstanceId == _instanceId:
                HandlerDone(failed: false);
                try
                {
                    OnPersistFailure(failure.Cause, failure.Persistent.Payload, failure.Persistent.SequenceNr);
                }
                finally
                {
                    Context.Stop(Self);
                }
                return true;
            case WriteMessagesSuccessful:
                _isWriteInProgress = false;
                FlushJournalBatch();
                return true;
            // Answers to the incarnation before a restart.
            case WriteMessageSuccess or LoopMessageSuccess or WriteMessageRejected or WriteMessageFailure:
            // The failure of each event follows.
            case WriteMessagesFailed:
            // Sent before it was cancelled.
            case RecoveryTick:
                return true;
            default:
                return false;
        }
    }

    private void RunHandler(object payload)
    {
        var failed = true;
        try
        {
            try
            {
                _pendingInvocations.Peek().Handler(payload);
            }
            finally
            {
                FlushBatch();
            }
            failed = false;
        }
        finally
        {
            HandlerDone(failed);
        }
    }

    private void HandlerDone(bool failed)
    {
        var waited = _state == Persisting;
        if (_pendingInvocations.Dequeue().Stashing)
            _pendingStashingInvocations--;
        if (_pendingStashingInvocations > 0)
        {
            _state = Persisting;
            return;
        }
        if (waited)
            _state = ProcessingCommands;
        UnstashInternally(failed);
    }

    private void UpdateLastSequenceNr(IPersistentRepresentation persistent) =>
        LastSequenceNr = Math.Max(LastSequenceNr, persistent.SequenceNr);

    private void FlushBatch()
    {
        if (_eventBatch.Count > 0)
        {
            _journalBatch.AddRange(_eventBatch);
            _eventBatch.Clear();
        }
        FlushJournalBatch();
    }

    private void FlushJournalBatch()
    {
        if (_isWriteInProgress || _journalBatch.Count == 0)
            return;
        Journal.Tell(new WriteMessages(_journalBatch, Self, _instanceId), Self);
        _journalBatch = [];
        _isWriteInProgress = true;
    }
}
