#nullable disable
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>
/// The two stashes: the actor's own, and the one in which messages wait for recovery and for events to be written.
/// From the latter they come back one by one, each when the one before it is done with.
/// </summary>
public abstract partial class Eventsourced
{
    private static bool MayComeBack(Envelope envelope) => envelope.Message is not (WriteMessageSuccess or ReplayedMessage);

    private void UnstashInternally(bool all)
    {
        if (all)
            _internalStash.UnstashAll();
        else
            _internalStash.Unstash();
    }

    private void ReleaseStashes()
    {
        _internalStash.UnstashAll();
        Stash.UnstashAll(MayComeBack);
    }

    /// <summary>What the actor unstashes is handled before what waits in the stash of its own, not beside it.</summary>
    private sealed class UserStash(IStash own, IStash waiting) : IStash
    {
        public int Count => own.Count;

        public bool IsEmpty => own.IsEmpty;

        public bool NonEmpty => own.NonEmpty;

        public bool IsFull => own.IsFull;

        public int Capacity => own.Capacity;

        public void Stash() => own.Stash();

        public void Unstash() => own.Unstash();

        public void UnstashAll() => waiting.Prepend(own.ClearStash());

        public void UnstashAll(Func<Envelope, bool> predicate) => own.UnstashAll(predicate);

        public IEnumerable<Envelope> ClearStash() => own.ClearStash();

        public void Prepend(IEnumerable<Envelope> envelopes) => own.Prepend(envelopes);
    }
}
