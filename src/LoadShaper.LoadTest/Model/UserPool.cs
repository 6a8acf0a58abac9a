using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Model;

/// <summary>
/// The closed-model users of one part: user u of the phase belongs to the part with u ≡ index mod count. A user is absent,
/// sleeping (think time), ready (wants a connection) or busy (executes a flow).
/// </summary>
internal sealed class UserPool
{
    private readonly ulong _seed;
    private readonly SchedulePartition _partition;
    private readonly Func<long, long> _ready;
    private readonly State[] _state;
    private readonly long[] _since;
    private readonly long[] _index;
    private readonly int[] _queue;
    private readonly PriorityQueue<int, long> _sleeping;
    private ClosedUsers _phase = new(1, 0, ThinkTime.None, TimeSpan.FromSeconds(1));
    private long _start;
    private int _before;
    private int _limit;
    private int _spawned;
    private int _head;
    private int _queued;

    /// <param name="most">Largest number of users of any phase, over all parts.</param>
    /// <param name="ready">Called when a user becomes ready, with that time; returns the arrival's index.</param>
    internal UserPool(ulong seed, SchedulePartition partition, int most, Func<long, long> ready)
    {
        _seed = seed;
        _partition = partition;
        _ready = ready;
        var size = Math.Max(1, Share(most));
        _state = new State[size];
        _since = new long[size];
        _index = new long[size];
        _queue = new int[size];
        _sleeping = new PriorityQueue<int, long>(size);
    }

    private enum State : byte
    {
        Absent,
        Sleeping,
        Ready,
        Busy,
    }

    internal int Active { get; private set; }

    /// <summary>0 when a user waits; otherwise the next end of a think time or start of a user.</summary>
    internal long NextReady
    {
        get
        {
            if (_queued > 0)
                return 0;
            var spawn = _spawned < _limit ? StartOf(_spawned) : ArrivalCursor.End;
            return _sleeping.TryPeek(out _, out var wake) ? Math.Min(spawn, wake) : spawn;
        }
    }

    internal void Begin(ClosedUsers phase, long start, int before)
    {
        (_phase, _start, _before, _spawned) = (phase, start, before, 0);
        _limit = Share(phase.Users);
    }

    internal void Advance(long now)
    {
        for (; _spawned < _limit && StartOf(_spawned) <= now; _spawned++)
        {
            if (_state[_spawned] != State.Absent)
                continue;
            Active++;
            Enqueue(_spawned, Math.Max(_start, StartOf(_spawned)));
        }

        while (_sleeping.TryPeek(out var user, out var wake) && wake <= now)
        {
            _sleeping.Dequeue();
            if (user >= _limit)
                Remove(user);
            else
                Enqueue(user, wake);
        }
    }

    internal bool TryTake(out int user, out long since, out long index)
    {
        (user, since, index) = (-1, 0, 0);
        while (_queued > 0)
        {
            var candidate = _queue[_head];
            _head = (_head + 1) % _queue.Length;
            _queued--;
            if (candidate >= _limit)
            {
                Remove(candidate);
                continue;
            }

            _state[candidate] = State.Busy;
            (user, since, index) = (candidate, _since[candidate], _index[candidate]);
            return true;
        }

        return false;
    }

    internal void FlowEnded(int user, long now, long pause)
    {
        if (user >= _limit)
        {
            Remove(user);
            return;
        }

        var (min, max) = (_phase.Think.Min.Ticks * 100, _phase.Think.Max.Ticks * 100);
        var think = pause + (max == 0 ? 0 : min + (long)(Chance.Unit(_seed, Chance.Streams.Think, _index[user]) * (max - min)));
        if (think <= 0)
        {
            Enqueue(user, now);
            return;
        }

        _state[user] = State.Sleeping;
        _sleeping.Enqueue(user, now + think);
    }

    internal void Remove(int user)
    {
        if (_state[user] == State.Absent)
            return;
        _state[user] = State.Absent;
        Active--;
    }

    /// <summary>Removes all users that do not execute a flow; the others are removed when their flow ends.</summary>
    internal void Clear()
    {
        _limit = _spawned = 0;
        _queued = 0;
        _sleeping.Clear();
        for (var user = 0; user < _state.Length; user++)
        {
            if (_state[user] != State.Busy)
                Remove(user);
        }
    }

    private void Enqueue(int user, long since)
    {
        _state[user] = State.Ready;
        _since[user] = since;
        _index[user] = _ready(since);
        _queue[(_head + _queued) % _queue.Length] = user;
        _queued++;
    }

    private int Share(int users) => Math.Max(0, (users - _partition.Index + _partition.Count - 1) / _partition.Count);

    private long StartOf(int local)
    {
        var global = (long)local * _partition.Count + _partition.Index;
        return global < _before || _phase.SpawnRate <= 0 ? _start : _start + (long)((global - _before) / _phase.SpawnRate * 1e9);
    }
}
