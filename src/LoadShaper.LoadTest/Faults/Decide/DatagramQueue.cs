using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Decide;

/// <summary>
/// The datagrams that are under way in one direction, ordered by when they arrive. Pure: times in nanoseconds come from the
/// caller. A datagram that waits for room on the link (rate) and one that travels (latency) both count towards the limit.
/// </summary>
public sealed class DatagramQueue<T>
{
    private readonly PriorityQueue<Entry, (long Due, long Number)> _travelling = new();
    private readonly List<Held> _held = [];
    private long _number;
    private long _linkFree = long.MinValue;

    public int Count => _travelling.Count + _held.Count;

    /// <summary>When <see cref="TryTake"/> next has something; <see cref="long.MaxValue"/> when empty.</summary>
    public long NextDue
    {
        get
        {
            var due = _travelling.TryPeek(out _, out var first) ? first.Due : long.MaxValue;
            foreach (var held in _held)
                due = Math.Min(due, held.Latest);
            return due;
        }
    }

    /// <returns>False: the queue is full.</returns>
    public bool TryAdd(long now, T item, int bytes, LinkFaults faults, long delay, int heldBehind)
    {
        if (Count >= faults.Queue)
            return false;
        var sent = now;
        if (faults.Rate > 0)
            sent = _linkFree = Math.Max(now, _linkFree) + (long)(bytes * 8e9 / faults.Rate);
        var number = _number++;
        if (heldBehind > 0)
            _held.Add(new Held(new Entry(item, number), heldBehind, sent + delay + (faults.Reorder?.MaxDelay.Ticks ?? 0) * Delays.NanosecondsPerTick));
        else
            _travelling.Enqueue(new Entry(item, number), (sent + delay, number));
        return true;
    }

    /// <param name="late">True when a later one was taken before it.</param>
    public bool TryTake(long now, out T item, out bool late)
    {
        late = false;
        for (var i = 0; i < _held.Count; i++)
        {
            if (_held[i].Behind > 0 && _held[i].Latest > now)
                continue;
            (item, late) = (_held[i].Entry.Item, _held[i].Passed);
            var number = _held[i].Entry.Number;
            _held.RemoveAt(i);
            Pass(number);
            return true;
        }
        if (_travelling.TryPeek(out var entry, out var due) && due.Due <= now)
        {
            _travelling.Dequeue();
            item = entry.Item;
            late = entry.Number < _highest;
            Pass(entry.Number);
            return true;
        }
        item = default!;
        return false;
    }

    /// <summary>Takes what is left, in any order, without waiting.</summary>
    public IEnumerable<T> Clear()
    {
        foreach (var held in _held)
            yield return held.Entry.Item;
        _held.Clear();
        while (_travelling.TryDequeue(out var entry, out _))
            yield return entry.Item;
    }

    private long _highest = -1;

    private void Pass(long number)
    {
        _highest = Math.Max(_highest, number);
        foreach (var held in _held)
            if (held.Entry.Number < number)
            {
                held.Behind--;
                held.Passed = true;
            }
    }

    private readonly record struct Entry(T Item, long Number);

    private sealed class Held(Entry entry, int behind, long latest)
    {
        internal Entry Entry => entry;
        internal long Latest => latest;
        internal int Behind { get; set; } = behind;
        internal bool Passed { get; set; }
    }
}
