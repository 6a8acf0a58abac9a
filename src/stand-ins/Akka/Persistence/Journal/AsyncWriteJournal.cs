#nullable disable
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>
/// The base of journals: answers to persistent actors what its tasks come to. A task that takes longer than
/// <c>circuit-breaker.call-timeout</c> has failed; a replay may take as long as it needs.
/// </summary>
public abstract class AsyncWriteJournal : ActorBase
{
    private readonly TimeSpan _callTimeout;

    protected AsyncWriteJournal() => _callTimeout = Persistence.Instance.Apply(Context.System).JournalConfigFor(Self)
        .GetTimeSpan("circuit-breaker.call-timeout", TimeSpan.FromSeconds(10));

    /// <summary>Tells the events one by one, in order.</summary>
    public abstract Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback);

    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);

    /// <summary>
    /// Stores the writes, each whole or not at all. Answers null, or for each write why it was rejected, null where it
    /// was not; fails when it is unknown what was stored.
    /// </summary>
    protected abstract Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages);

    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    /// <summary>Messages that only this journal knows.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                _ = Write(write, Self);
                return true;
            case ReplayMessages replay:
                _ = Replay(replay, Context, Self);
                return true;
            case DeleteMessagesTo delete:
                _ = Delete(delete, Self);
                return true;
            default:
                return ReceivePluginInternal(message);
        }
    }

    private async Task Write(WriteMessages message, IActorRef self)
    {
        var writes = message.Messages.OfType<AtomicWrite>().ToList();
        IImmutableList<Exception> rejections = null;
        Exception failure = null;
        try
        {
            if (writes.Count > 0)
                rejections = await WriteMessagesAsync(writes).WaitAsync(_callTimeout).ConfigureAwait(false);
            if (rejections is not null && rejections.Count != writes.Count)
                throw new InvalidOperationException(
                    $"AsyncWriteMessages return invalid number or results. Expected [{writes.Count}], but got [{rejections.Count}].");
        }
        catch (Exception e)
        {
            failure = e;
        }
        message.PersistentActor.Tell(failure is null ? WriteMessagesSuccessful.Instance : new WriteMessagesFailed(failure), self);
        Answer(message, failure, rejections);
    }

    /// <summary>The sender of an answer is who sent the command, so that the event's handler can reply.</summary>
    private static void Answer(WriteMessages message, Exception failure, IImmutableList<Exception> rejections)
    {
        var (actor, instance) = (message.PersistentActor, message.ActorInstanceId);
        var index = 0;
        foreach (var envelope in message.Messages)
        {
            if (envelope is not AtomicWrite write)
            {
                actor.Tell(new LoopMessageSuccess(envelope.Payload, instance), envelope.Sender);
                continue;
            }
            var rejection = rejections?[index++];
            foreach (var persistent in write.Events)
            {
                object answer = failure is not null ? new WriteMessageFailure(persistent, failure, instance)
                    : rejection is not null ? new WriteMessageRejected(persistent, rejection, instance)
                    : new WriteMessageSuccess(persistent, instance);
                actor.Tell(answer, persistent.Sender);
            }
        }
    }

    private async Task Replay(ReplayMessages message, IActorContext context, IActorRef self)
    {
        var actor = message.PersistentActor;
        try
        {
            var highest = await ReadHighestSequenceNrAsync(message.PersistenceId, Math.Max(0, message.FromSequenceNr - 1))
                .WaitAsync(_callTimeout).ConfigureAwait(false);
            var to = Math.Min(message.ToSequenceNr, highest);
            if (to > 0 && message.FromSequenceNr <= to)
                await ReplayMessagesAsync(
                    context, message.PersistenceId, message.FromSequenceNr, to, message.Max,
                    persistent => actor.Tell(new ReplayedMessage(persistent), ActorRefs.NoSender)).ConfigureAwait(false);
            actor.Tell(new RecoverySuccess(highest), self);
        }
        catch (Exception e)
        {
            actor.Tell(new ReplayMessagesFailure(e), self);
        }
    }

    private async Task Delete(DeleteMessagesTo message, IActorRef self)
    {
        try
        {
            await DeleteMessagesToAsync(message.PersistenceId, message.ToSequenceNr).WaitAsync(_callTimeout).ConfigureAwait(false);
            message.PersistentActor.Tell(new DeleteMessagesSuccess(message.ToSequenceNr), self);
        }
        catch (Exception e)
        {
            message.PersistentActor.Tell(new DeleteMessagesFailure(e, message.ToSequenceNr), self);
        }
    }
}
