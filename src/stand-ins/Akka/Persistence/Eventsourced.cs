#nullable disable
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

public interface IPersistentIdentity
{
    /// <summary>Under which the events are kept; never two living actors with the same.</summary>
    string PersistenceId { get; }

    /// <summary>The path of the journal's settings; null for <c>akka.persistence.journal.plugin</c>.</summary>
    string JournalPluginId { get; }

    /// <summary>The path of the snapshot store's settings; null for <c>akka.persistence.snapshot-store.plugin</c>.</summary>
    string SnapshotPluginId { get; }
}

public interface IPersistenceStash : IWithUnboundedStash;

public interface IPersistenceRecovery
{
    Recovery Recovery { get; }
}

/// <summary>
/// The base of persistent actors: is told its past events first, then its commands, and hands new events to the journal.
/// What it was told and when it may be told more is in Eventsourced.States.cs.
/// </summary>
public abstract partial class Eventsourced : ActorBase, IPersistentIdentity, IPersistenceStash, IPersistenceRecovery
{
    private static int s_instances;

    /// <summary>Tells the journal's answers to this incarnation from those to the one before a restart.</summary>
    private readonly int _instanceId = Interlocked.Increment(ref s_instances);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly IStash _internalStash;
    private IStash _stash;
    private IActorRef _journal;
    private IActorRef _snapshotStore;

    /// <summary>The number given last to an event, written or not.</summary>
    private long _sequenceNr;

    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        _internalStash = Context.CreateStash(GetType());
        Log = Context.GetLogger();
    }

    public abstract string PersistenceId { get; }

    public string JournalPluginId { get; protected set; }

    public string SnapshotPluginId { get; protected set; }

    public virtual Recovery Recovery => Recovery.Default;

    public IStash Stash
    {
        get => _stash;
        set => _stash = new UserStash(value, _internalStash);
    }

    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    public string SnapshotterId => PersistenceId;

    public bool IsRecovering { get; private set; } = true;

    public bool IsRecoveryFinished => !IsRecovering;

    /// <summary>The highest event that was replayed or whose handler runs or ran; 0 without any.</summary>
    public long LastSequenceNr { get; private set; }

    public long SnapshotSequenceNr => LastSequenceNr;

    protected PersistenceExtension Extension { get; }

    protected virtual ILoggingAdapter Log { get; }

    /// <summary>Writes the event; its handler runs before any other command is received. Commands wait meanwhile.</summary>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        Expect(@event, handler, stashing: true);
        _eventBatch.Add(new AtomicWrite(Next(@event)));
    }

    /// <summary>As <see cref="Persist{TEvent}"/> for each event, all of them written or none.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        PersistTogether(events, handler, stashing: true);

    /// <summary>Writes the event while commands go on being received.</summary>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        Expect(@event, handler, stashing: false);
        _eventBatch.Add(new AtomicWrite(Next(@event)));
    }

    /// <summary>As <see cref="PersistAsync{TEvent}"/> for each event, all of them written or none.</summary>
    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        PersistTogether(events, handler, stashing: false);

    /// <summary>Runs the handler once those of all events asked for before have run; at once when there are none.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        RefuseWhileRecovering();
        if (_pendingInvocations.Count == 0)
        {
            handler(evt);
            return;
        }
        Expect(evt, handler, stashing: false);
        _eventBatch.Add(new NonPersistentMessage(evt, Sender));
    }

    /// <summary>Answered by <see cref="DeleteMessagesSuccess"/> or <see cref="DeleteMessagesFailure"/>.</summary>
    /// <param name="toSequenceNr">The last to go; <see cref="long.MaxValue"/> for all.</param>
    public void DeleteMessages(long toSequenceNr)
    {
        if (toSequenceNr == long.MaxValue || toSequenceNr <= LastSequenceNr)
            Journal.Tell(new DeleteMessagesTo(PersistenceId, Math.Min(toSequenceNr, LastSequenceNr), Self), Self);
        else
            Self.Tell(
                new DeleteMessagesFailure(
                    new InvalidOperationException($"toSequenceNr [{toSequenceNr}] must be less than or equal to LastSequenceNr [{LastSequenceNr}]"),
                    toSequenceNr),
                Self);
    }

    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr), Self);

    /// <summary>Answered by <see cref="SaveSnapshotSuccess"/> or <see cref="SaveSnapshotFailure"/>.</summary>
    public void SaveSnapshot(object snapshot) =>
        SnapshotStore.Tell(
            new SaveSnapshot(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr, Context.System.Scheduler.Now.UtcDateTime), snapshot),
            Self);

    /// <summary>Answered by <see cref="DeleteSnapshotSuccess"/> or <see cref="DeleteSnapshotFailure"/>.</summary>
    public void DeleteSnapshot(long sequenceNr) =>
        SnapshotStore.Tell(
            new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr, DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc))),
            Self);

    /// <summary>Answered by <see cref="DeleteSnapshotsSuccess"/> or <see cref="DeleteSnapshotsFailure"/>.</summary>
    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) =>
        SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria), Self);

    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    protected virtual void OnReplaySuccess()
    {
    }

    /// <summary>The past could not be told; the actor stops after this.</summary>
    protected virtual void OnRecoveryFailure(Exception reason, object message = null)
    {
        if (message is not null)
            Log.Error(
                reason, "Exception in ReceiveRecover when replaying event type [{0}] with sequence number [{1}] for persistenceId [{2}]",
                message.GetType(), LastSequenceNr, PersistenceId);
        else
            Log.Error(
                reason, "Persistence failure when replaying events for persistenceId [{0}]. Last known sequence number [{1}]",
                PersistenceId, LastSequenceNr);
    }

    /// <summary>It is unknown whether the event was written; the actor stops after this.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(
            cause, "Failed to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}].",
            @event.GetType(), sequenceNr, PersistenceId);

    /// <summary>The event was not written and its handler will not run; the actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Log.Error(
            cause, "Rejected to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}] due to [{3}].",
            @event.GetType(), sequenceNr, PersistenceId, cause.Message);

    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                return;
            case SaveSnapshotFailure failure:
                Log.Warning("Failed to SaveSnapshot given metadata [{0}] due to: [{1}: {2}]", failure.Metadata, failure.Cause, failure.Cause.Message);
                break;
            case DeleteSnapshotFailure failure:
                Log.Warning("Failed to DeleteSnapshot given metadata [{0}] due to: [{1}: {2}]", failure.Metadata, failure.Cause, failure.Cause.Message);
                break;
            case DeleteSnapshotsFailure failure:
                Log.Warning("Failed to DeleteSnapshots given criteria [{0}] due to: [{1}: {2}]", failure.Criteria, failure.Cause, failure.Cause.Message);
                break;
            case DeleteMessagesFailure failure:
                Log.Warning(
                    failure.Cause, "Failed to DeleteMessages ToSequenceNr [{0}] for PersistenceId [{1}] due to: {2}",
                    failure.ToSequenceNr, PersistenceId, failure.Cause.Message);
                break;
        }
        base.Unhandled(message);
    }

    private void PersistTogether<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool stashing)
    {
        RefuseWhileRecovering();
        var together = ImmutableList.CreateBuilder<IPersistentRepresentation>();
        foreach (var @event in events ?? [])
        {
            Expect(@event, handler, stashing);
            together.Add(Next(@event));
        }
        if (together.Count > 0)
            _eventBatch.Add(new AtomicWrite(together.ToImmutable()));
    }

    private void Expect<TEvent>(TEvent @event, Action<TEvent> handler, bool stashing)
    {
        RefuseWhileRecovering();
        if (stashing)
            _pendingStashingInvocations++;
        _pendingInvocations.Enqueue(new PendingInvocation(o => handler((TEvent)o), stashing));
    }

    private IPersistentRepresentation Next(object @event) =>
        new Persistent(@event, ++_sequenceNr, PersistenceId, sender: Sender, writerGuid: _writerGuid);

    private void RefuseWhileRecovering()
    {
        if (IsRecovering)
            throw new InvalidOperationException(
                "Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
    }
}
