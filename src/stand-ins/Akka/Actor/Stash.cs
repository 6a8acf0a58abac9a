#nullable disable
namespace Akka.Actor;

/// <summary>Messages put aside, to be taken up again before those in the mailbox.</summary>
public interface IStash
{
    int Count { get; }

    /// <summary>-1 when there is no bound.</summary>
    int Capacity { get; }

    bool IsEmpty { get; }

    bool IsFull { get; }

    bool NonEmpty { get; }

    void Stash();

    void Unstash();

    void UnstashAll();

    /// <summary>What the predicate refuses is dropped.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    IEnumerable<Envelope> ClearStash();

    void Prepend(IEnumerable<Envelope> envelopes);
}

public interface IActorStash
{
    IStash Stash { get; set; }
}

public interface IWithUnrestrictedStash : IActorStash;

public interface IWithStash : IWithUnrestrictedStash;

public interface IWithUnboundedStash : IWithUnrestrictedStash;

public static class StashFactory
{
    public static IStash CreateStash<T>(this IActorContext context)
        where T : ActorBase => new UnboundedStash((ActorCell)context);

    public static IStash CreateStash(this IActorContext context, IActorStash actorInstance) => new UnboundedStash((ActorCell)context);

    public static IStash CreateStash(this IActorContext context, Type actorType) => new UnboundedStash((ActorCell)context);
}

internal sealed class UnboundedStash(ActorCell cell) : IStash
{
    private LinkedList<Envelope> _stashed = new();
    private int _lastEnvelopeId = -1;

    public int Count => _stashed.Count;

    public int Capacity => -1;

    public bool IsEmpty => _stashed.Count == 0;

    public bool IsFull => false;

    public bool NonEmpty => _stashed.Count > 0;

    public void Stash()
    {
        if (cell.CurrentEnvelopeId == _lastEnvelopeId) throw new IllegalActorStateException($"Can't stash the same message {cell.CurrentMessage} more than once");
        _lastEnvelopeId = cell.CurrentEnvelopeId;
        _stashed.AddLast(new Envelope(cell.CurrentMessage, cell.Sender));
    }

    public void Unstash()
    {
        if (_stashed.First is not { } first) return;
        _stashed.RemoveFirst();
        PutBack(first.Value);
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        var stashed = _stashed;
        _stashed = new LinkedList<Envelope>();
        for (var node = stashed.Last; node is not null; node = node.Previous)
        {
            if (predicate(node.Value)) PutBack(node.Value);
        }
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var stashed = _stashed;
        _stashed = new LinkedList<Envelope>();
        return stashed;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Distinct().Reverse()) _stashed.AddFirst(envelope);
    }

    private void PutBack(Envelope envelope)
    {
        cell.Mailbox.EnqueueFirst(envelope);
        if (envelope.Message is Terminated terminated) cell.TerminatedQueuedFor(terminated.ActorRef);
    }
}
