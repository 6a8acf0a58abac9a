#nullable disable
using Akka.Actor;

namespace Akka.Persistence.Snapshot;

/// <summary>
/// The base of snapshot stores: answers to persistent actors what its tasks come to. A task that takes longer than
/// <c>circuit-breaker.call-timeout</c> has failed.
/// </summary>
public abstract class SnapshotStore : ActorBase
{
    private readonly TimeSpan _callTimeout;

    protected SnapshotStore() => _callTimeout = Persistence.Instance.Apply(Context.System).SnapshotStoreConfigFor(Self)
        .GetTimeSpan("circuit-breaker.call-timeout", TimeSpan.FromSeconds(20));

    /// <summary>The newest snapshot that the criteria admit, or null.</summary>
    protected abstract Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Messages that only this store knows.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                _ = Answer(
                    () => load.Criteria == SnapshotSelectionCriteria.None
                        ? Task.FromResult<SelectedSnapshot>(null)
                        : LoadAsync(load.PersistenceId, load.Criteria.Limit(load.ToSequenceNr)),
                    found => new LoadSnapshotResult(found, load.ToSequenceNr),
                    e => new LoadSnapshotFailed(e));
                return true;
            case SaveSnapshot save:
                _ = Answer(
                    () => SaveAsync(save.Metadata, save.Snapshot),
                    new SaveSnapshotSuccess(save.Metadata),
                    e => new SaveSnapshotFailure(save.Metadata, e));
                return true;
            case DeleteSnapshot delete:
                _ = Answer(
                    () => DeleteAsync(delete.Metadata),
                    new DeleteSnapshotSuccess(delete.Metadata),
                    e => new DeleteSnapshotFailure(delete.Metadata, e));
                return true;
            case DeleteSnapshots delete:
                _ = Answer(
                    () => DeleteAsync(delete.PersistenceId, delete.Criteria),
                    new DeleteSnapshotsSuccess(delete.Criteria),
                    e => new DeleteSnapshotsFailure(delete.Criteria, e));
                return true;
            default:
                return ReceivePluginInternal(message);
        }
    }

    private Task Answer(Func<Task> work, object success, Func<Exception, object> failure) =>
        Answer(
            async () =>
            {
                await work().ConfigureAwait(false);
                return success;
            },
            done => done,
            failure);

    private async Task Answer<T>(Func<Task<T>> work, Func<T, object> success, Func<Exception, object> failure)
    {
        var (asker, self) = (Sender, Self);
        try
        {
            asker.Tell(success(await work().WaitAsync(_callTimeout).ConfigureAwait(false)), self);
        }
        catch (Exception e)
        {
            asker.Tell(failure(e), self);
        }
    }
}
