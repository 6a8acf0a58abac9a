using LoadShaper.Domain.Network.Ledger;

namespace LoadShaper.Domain.Lifecycle;

/// <summary>
/// Events that are not in the journal yet, oldest first. Beyond a bound the oldest are dropped, except entries of the ledger: traffic
/// waits for them, and at most one decision of the ledger waits at a time.
/// </summary>
public sealed class UnrecordedEvents
{
    /// <summary>More than memory and network decide in a day; newer events are worth more than older ones.</summary>
    public const int Most = 1000;

    private readonly List<IEvent> _events = [];

    public IReadOnlyList<IEvent> All => [.. _events];

    public void Add(IEvent happened)
    {
        _events.Add(happened);
        if (_events.Count > Most && _events.FindIndex(known => known is not LedgerEvent) is >= 0 and var oldest)
            _events.RemoveAt(oldest);
    }

    /// <summary>Puts an event before all others, if it is not among them.</summary>
    public void AddFirst(IEvent happened)
    {
        if (!_events.Contains(happened))
            _events.Insert(0, happened);
    }

    /// <summary>Forgets the very objects that were recorded; equal events that happened again stay.</summary>
    public void Remove(IReadOnlyList<IEvent> recorded) =>
        _events.RemoveAll(happened => recorded.Any(known => ReferenceEquals(known, happened)));
}
