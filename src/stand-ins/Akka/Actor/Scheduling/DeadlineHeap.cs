#nullable disable
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Something to run at its deadline, once or again and again.</summary>
internal sealed class Scheduled(HashedWheelTimerScheduler scheduler, IRunnable action, long interval, ICancelable cancelable)
{
    /// <summary>Ticks of the monotonic clock.</summary>
    internal long Deadline { get; set; }

    internal long Interval => interval;

    internal IRunnable Action => action;

    internal bool IsCancelled => cancelable is { IsCancellationRequested: true };

    /// <summary>Where it stands in the heap; -1 when it is not in it.</summary>
    internal int Index { get; set; } = -1;

    internal void Cancel() => scheduler.Remove(this);
}

/// <summary>The scheduled things with the earliest deadline first; any of them can be taken out.</summary>
internal sealed class DeadlineHeap
{
    private readonly List<Scheduled> _items = [];

    internal Scheduled First => _items.Count > 0 ? _items[0] : null;

    internal void Add(Scheduled item)
    {
        item.Index = _items.Count;
        _items.Add(item);
        Up(item.Index);
    }

    internal void Remove(Scheduled item)
    {
        var index = item.Index;
        if (index < 0) return;
        var last = _items[^1];
        _items.RemoveAt(_items.Count - 1);
        item.Index = -1;
        if (ReferenceEquals(last, item)) return;
        Place(last, index);
        Up(index);
        Down(last.Index);
    }

    internal void Clear()
    {
        foreach (var item in _items) item.Index = -1;
        _items.Clear();
    }

    private void Up(int index)
    {
        var item = _items[index];
        for (int parent; index > 0 && _items[parent = (index - 1) / 2].Deadline > item.Deadline; index = parent) Place(_items[parent], index);
        Place(item, index);
    }

    private void Down(int index)
    {
        var item = _items[index];
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _items.Count) break;
            if (child + 1 < _items.Count && _items[child + 1].Deadline < _items[child].Deadline) child++;
            if (_items[child].Deadline >= item.Deadline) break;
            Place(_items[child], index);
            index = child;
        }

        Place(item, index);
    }

    private void Place(Scheduled item, int index)
    {
        _items[index] = item;
        item.Index = index;
    }
}
