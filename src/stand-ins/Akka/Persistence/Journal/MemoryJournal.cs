#nullable disable
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Keeps the events as they are, as long as the actor system lives.</summary>
public class MemoryJournal : AsyncWriteJournal
{
    private readonly Dictionary<string, SortedList<long, IPersistentRepresentation>> _events = [];
    private readonly Dictionary<string, long> _highest = [];

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        lock (_events)
        {
            var events = _events.GetValueOrDefault(persistenceId, []).Values
                .Where(e => e.SequenceNr >= fromSequenceNr && e.SequenceNr <= toSequenceNr);
            foreach (var e in events.Take((int)Math.Min(max, int.MaxValue)))
                recoveryCallback(e);
        }
        return Task.CompletedTask;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
    {
        lock (_events)
            return Task.FromResult(_highest.GetValueOrDefault(persistenceId));
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        lock (_events)
            foreach (var persistent in messages.SelectMany(write => write.Events))
            {
                if (!_events.TryGetValue(persistent.PersistenceId, out var events))
                    _events.Add(persistent.PersistenceId, events = []);
                events[persistent.SequenceNr] = persistent.WithTimestamp(DateTime.UtcNow.Ticks);
                _highest[persistent.PersistenceId] = persistent.SequenceNr;
            }
        return Task.FromResult<IImmutableList<Exception>>(null);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        lock (_events)
            if (_events.TryGetValue(persistenceId, out var events))
                while (events.Count > 0 && events.GetKeyAtIndex(0) <= toSequenceNr)
                    events.RemoveAt(0);
        return Task.CompletedTask;
    }
}
