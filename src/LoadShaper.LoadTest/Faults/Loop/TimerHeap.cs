namespace LoadShaper.LoadTest.Faults.Loop;

/// <summary>Something with at most one time at which it wants to be called.</summary>
internal abstract class Timed
{
    /// <summary>Position in the heap; -1: not in it.</summary>
    internal int HeapIndex { get; set; } = -1;

    /// <summary>Nanoseconds of the loop's clock.</summary>
    internal long Due { get; set; }

    internal abstract void OnDue(long now);

    /// <summary><see cref="OnDue"/> ended with an exception.</summary>
    internal virtual void OnFailed()
    {
    }
}

/// <summary>The next due first. An entry is moved or removed in place, so that ended connections leave nothing behind.</summary>
internal sealed class TimerHeap
{
    private readonly List<Timed> _items = [];

    internal int Count => _items.Count;
    internal long NextDue => _items.Count == 0 ? long.MaxValue : _items[0].Due;

    /// <param name="due"><see cref="long.MaxValue"/> removes it.</param>
    internal void Set(Timed item, long due)
    {
        if (due == long.MaxValue)
        {
            Remove(item);
            return;
        }
        if (item.HeapIndex >= 0 && item.Due == due)
            return;
        item.Due = due;
        if (item.HeapIndex < 0)
        {
            item.HeapIndex = _items.Count;
            _items.Add(item);
        }
        Down(Up(item.HeapIndex));
    }

    internal void Remove(Timed item)
    {
        var at = item.HeapIndex;
        if (at < 0)
            return;
        var last = _items[^1];
        _items.RemoveAt(_items.Count - 1);
        item.HeapIndex = -1;
        if (last == item)
            return;
        _items[at] = last;
        last.HeapIndex = at;
        Down(Up(at));
    }

    /// <summary>The first one that is due, taken out; null: none is.</summary>
    internal Timed? Take(long now)
    {
        if (NextDue > now)
            return null;
        var first = _items[0];
        Remove(first);
        return first;
    }

    private int Up(int at)
    {
        while (at > 0 && _items[(at - 1) / 2].Due > _items[at].Due)
        {
            Swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
        return at;
    }

    private void Down(int at)
    {
        while (true)
        {
            var child = at * 2 + 1;
            if (child >= _items.Count)
                return;
            if (child + 1 < _items.Count && _items[child + 1].Due < _items[child].Due)
                child++;
            if (_items[child].Due >= _items[at].Due)
                return;
            Swap(at, child);
            at = child;
        }
    }

    private void Swap(int a, int b)
    {
        (_items[a], _items[b]) = (_items[b], _items[a]);
        (_items[a].HeapIndex, _items[b].HeapIndex) = (a, b);
    }
}
