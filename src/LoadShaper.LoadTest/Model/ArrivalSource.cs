using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Model;

/// <summary>
/// Decides what one engine thread has to send and when, over all segments of a schedule. Pure: the time (nanoseconds from
/// the start of the schedule) is an argument and must not go back. Memory does not depend on how far behind a run is.
/// </summary>
public sealed class ArrivalSource
{
    private readonly LoadSchedule _schedule;
    private readonly RunPlan _plan;
    private readonly SchedulePartition _partition;
    private readonly Action<long, bool> _offered;
    private readonly long _batch;
    private readonly long _grace;
    private readonly UserPool? _users;
    private ArrivalCursor _due;
    private ArrivalCursor _send;
    private LoadSegment? _segment;
    private readonly long _from;
    private int _next;
    private long _base;

    /// <param name="offered">Called once for every arrival that becomes due: its index, and whether it belongs to the warm-up.</param>
    /// <param name="from">Arrivals before it are skipped, and users start then.</param>
    public ArrivalSource(LoadSchedule schedule, RunPlan plan, SchedulePartition partition, Action<long, bool> offered, long from = 0)
    {
        _from = from;
        _schedule = schedule;
        _plan = plan;
        _partition = partition;
        _offered = offered;
        _batch = Nanoseconds(plan.Batch);
        _grace = Nanoseconds(plan.LateAfter);
        var most = schedule.Segments.Max(segment => segment.Closed?.Users ?? 0);
        if (most > 0)
            _users = new UserPool(plan.Seed, partition, most, OnReady);
        Switch();
        Skip();
    }

    /// <summary>True after the last segment; what is in flight may still end.</summary>
    public bool Ended => _segment is null;

    /// <summary>Users of this part that are active.</summary>
    public int Users => _segment?.Closed is null ? 0 : _users!.Active;

    /// <summary>The earliest time at which <see cref="TryTake"/> can give an arrival; <see cref="ArrivalCursor.End"/> when that depends on a flow's end.</summary>
    public long NextDue => _segment switch
    {
        null => ArrivalCursor.End,
        { Closed: not null } => _users!.NextReady,
        _ => _send.Due == ArrivalCursor.End ? ArrivalCursor.End : OnGrid(_segment.Start + _send.Due),
    };

    /// <summary>The time by which <see cref="Advance"/> must be called, even when no connection is free.</summary>
    public long NextSwitch => _segment is null ? ArrivalCursor.End : _segment.End + (HasBacklog ? _grace : 0);

    private bool HasBacklog => _segment is { Closed: null } && _send.Due != ArrivalCursor.End;

    /// <summary>Counts what became due, starts users, and goes to the next segment when it is time.</summary>
    public void Advance(long now)
    {
        while (_segment is not null)
        {
            if (_segment.Closed is null)
                CountDue(now);
            else
                _users!.Advance(Math.Min(now, _segment.End - 1));
            if (now < NextSwitch)
                return;
            _base += _segment.Closed is null ? _due.Passed : 0;
            Switch();
        }
    }

    /// <summary>Takes the next arrival that is due. Call <see cref="Advance"/> first.</summary>
    public bool TryTake(long now, out Arrival arrival)
    {
        arrival = default;
        if (_segment is null || NextDue > now)
            return false;
        if (_segment.Closed is not null)
        {
            if (now >= _segment.End || !_users!.TryTake(out var user, out var since, out var number))
                return false;
            arrival = new Arrival(number, since, since, user, since < _schedule.WarmupEnd);
            return true;
        }

        var intended = _segment.Start + _send.Due;
        arrival = new Arrival(IndexOf(_base + _send.Passed), intended, OnGrid(intended), -1, _segment.Warmup);
        // A call without Advance before it must not take what was not counted as offered.
        if (_send.Passed >= _due.Passed)
            CountDue(now);
        _send.Advance();
        return true;
    }

    /// <summary>The flow of a closed-model user ended; it is ready again after its think time and <paramref name="pause"/>.</summary>
    public void FlowEnded(int user, long now, long pause)
    {
        if (user < 0)
            return;
        if (_segment?.Closed is null)
            _users!.Remove(user);
        else
            _users!.FlowEnded(user, now, pause);
    }

    private void Skip()
    {
        while (_segment is not null && _from > _segment.Start)
        {
            while (_segment.Closed is null && _due.Due != ArrivalCursor.End && _segment.Start + _due.Due < _from)
                _due.Advance();
            _send = _due;
            if (_from < _segment.End)
                return;
            _base += _segment.Closed is null ? _due.Passed : 0;
            Switch();
        }
    }

    private void CountDue(long now)
    {
        while (_due.Due != ArrivalCursor.End && _segment!.Start + _due.Due <= now)
        {
            _offered(IndexOf(_base + _due.Passed), _segment.Warmup);
            _due.Advance();
        }
    }

    private long OnReady(long since)
    {
        var index = IndexOf(_base++);
        _offered(index, since < _schedule.WarmupEnd);
        return index;
    }

    private long IndexOf(long local) => local * _partition.Count + _partition.Index;

    private long OnGrid(long time) => _batch == 0 ? time : (time + _batch - 1) / _batch * _batch;

    private void Switch()
    {
        var before = _segment;
        _segment = _next < _schedule.Segments.Count ? _schedule.Segments[_next++] : null;
        if (before?.Closed is not null && _segment?.Closed is null)
            _users!.Clear();
        if (_segment?.Closed is { } closed)
        {
            _users!.Begin(closed, Math.Max(_segment.Start, _from), _segment.UsersBefore);
        }
        else if (_segment is not null)
        {
            _due = _send = new ArrivalCursor(_segment.Curve!, _plan.Arrival, SeedOf(_next - 1), _partition);
        }
    }

    // Segments get different random numbers; the first keeps the plan's seed.
    private ulong SeedOf(int segment) => _plan.Seed + (ulong)segment * 0xD1B54A32D192ED03;

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;
}
