using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Answer to <see cref="Eventsourced.DeleteMessages"/>: the events up to the number are gone.</summary>
public sealed record DeleteMessagesSuccess(long ToSequenceNr);

/// <summary>Answer to <see cref="Eventsourced.DeleteMessages"/>: nothing is known to be gone.</summary>
public sealed record DeleteMessagesFailure(Exception Cause, long ToSequenceNr);

internal sealed record DeleteMessagesTo(string PersistenceId, long ToSequenceNr, IActorRef PersistentActor);

internal sealed record WriteMessages(
    IReadOnlyList<IPersistentEnvelope> Messages, IActorRef PersistentActor, int ActorInstanceId);

/// <summary>The batch was written; an answer for each message follows.</summary>
internal sealed record WriteMessagesSuccessful
{
    public static readonly WriteMessagesSuccessful Instance = new();
}

/// <summary>The batch failed; an answer for each message follows.</summary>
internal sealed record WriteMessagesFailed(Exception Cause);

internal sealed record WriteMessageSuccess(IPersistentRepresentation Persistent, int ActorInstanceId);

internal sealed record WriteMessageRejected(IPersistentRepresentation Persistent, Exception Cause, int ActorInstanceId);

internal sealed record WriteMessageFailure(IPersistentRepresentation Persistent, Exception Cause, int ActorInstanceId);

internal sealed record LoopMessageSuccess(object Message, int ActorInstanceId);

internal sealed record ReplayMessages(
    long FromSequenceNr, long ToSequenceNr, long Max, string PersistenceId, IActorRef PersistentActor);

internal sealed record ReplayedMessage(IPersistentRepresentation Persistent);

internal sealed record RecoverySuccess(long HighestSequenceNr);

internal sealed record ReplayMessagesFailure(Exception Cause);

/// <summary>Nothing came for the time that recovery waits.</summary>
internal sealed record RecoveryTick(bool Snapshot);
