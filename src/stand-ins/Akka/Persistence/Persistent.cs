using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>An event with what the journal knows of it.</summary>
public interface IPersistentRepresentation
{
    object Payload { get; }

    string Manifest { get; }

    string PersistenceId { get; }

    long SequenceNr { get; }

    /// <summary>UTC, in ticks; 0 until written.</summary>
    long Timestamp { get; }

    string WriterGuid { get; }

    bool IsDeleted { get; }

    IActorRef? Sender { get; }

    IPersistentRepresentation WithPayload(object payload);

    IPersistentRepresentation WithTimestamp(long timestamp);
}

/// <summary>What a persistent actor hands to the journal in one go, in order.</summary>
public interface IPersistentEnvelope
{
    object Payload { get; }

    IActorRef? Sender { get; }

    /// <summary>The number of answers it gets.</summary>
    int Size { get; }
}

public class Persistent(
    object payload,
    long sequenceNr = 0L,
    string? persistenceId = null,
    string? manifest = null,
    bool isDeleted = false,
    IActorRef? sender = null,
    string? writerGuid = null,
    long timestamp = 0L) : IPersistentRepresentation
{
    public object Payload { get; } = payload;

    public string Manifest { get; } = manifest ?? "";

    public string PersistenceId { get; } = persistenceId ?? "";

    public long SequenceNr { get; } = sequenceNr;

    public long Timestamp { get; } = timestamp;

    public string WriterGuid { get; } = writerGuid ?? "";

    public bool IsDeleted { get; } = isDeleted;

    public IActorRef? Sender { get; } = sender;

    public IPersistentRepresentation WithPayload(object payload) =>
        new Persistent(payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    public IPersistentRepresentation WithTimestamp(long timestamp) =>
        new Persistent(Payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, timestamp);
}

/// <summary>Events that are stored all or none.</summary>
public sealed class AtomicWrite : IPersistentEnvelope
{
    public AtomicWrite(IPersistentRepresentation @event)
        : this(ImmutableArray.Create(@event))
    {
    }

    public AtomicWrite(IImmutableList<IPersistentRepresentation> payload)
    {
        if (payload.Count == 0)
            throw new ArgumentException("Payload of AtomicWrite must not be empty.", nameof(payload));
        Payload = payload;
    }

    /// <summary>An <see cref="IImmutableList{T}"/> of <see cref="IPersistentRepresentation"/>.</summary>
    public object Payload { get; }

    public IActorRef? Sender => ActorRefs.NoSender;

    public int Size => Events.Count;

    public string PersistenceId => Events[0].PersistenceId;

    public long LowestSequenceNr => Events[0].SequenceNr;

    public long HighestSequenceNr => Events[^1].SequenceNr;

    internal IImmutableList<IPersistentRepresentation> Events => (IImmutableList<IPersistentRepresentation>)Payload;
}

/// <summary>What <c>DeferAsync</c> sends through the journal only to keep its place.</summary>
internal sealed class NonPersistentMessage(object payload, IActorRef? sender) : IPersistentEnvelope
{
    public object Payload { get; } = payload;

    public IActorRef? Sender { get; } = sender;

    public int Size => 1;
}
