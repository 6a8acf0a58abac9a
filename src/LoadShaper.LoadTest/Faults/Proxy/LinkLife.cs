using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Proxy;

internal enum LifeEvent
{
    None,
    Reset,
    HalfOpen,
    Stall,
    StallEnd,
    Limit,
    Drained,
}

/// <summary>Which of the decided events of a connection is next. Pure: times are given, nothing is done.</summary>
internal sealed class LinkLife
{
    private readonly long? _limit;
    private readonly Pending? _reset;
    private readonly Pending? _halfOpen;
    private readonly Pending? _stall;
    private readonly long? _stallFor;
    private long _stallEnd = long.MaxValue;
    private long _drainEnd = long.MaxValue;
    private long _bytes;
    private bool _limitDone;

    internal LinkLife(ConnectionPlan plan, long acceptedAt)
    {
        _limit = plan.LimitBytes;
        _reset = Pending.Of(plan.Reset, acceptedAt);
        _halfOpen = Pending.Of(plan.HalfOpen, acceptedAt);
        _stall = Pending.Of(plan.Stall?.Start, acceptedAt);
        _stallFor = plan.Stall?.For?.Ticks * Delays.NanosecondsPerTick;
    }

    /// <summary>What arrives is read and dropped.</summary>
    internal bool Discards { get; private set; }

    /// <summary>The byte limit was reached.</summary>
    internal bool Limited { get; private set; }
    internal bool StallEnds => _stallFor is not null;

    internal long NextDue => Limited ? _limitDone ? _drainEnd : long.MinValue
        : Math.Min(Math.Min(_reset?.Due ?? long.MaxValue, _halfOpen?.Due ?? long.MaxValue), Math.Min(_stall?.Due ?? long.MaxValue, _stallEnd));

    /// <param name="happening">True when an event is due because of these bytes.</param>
    /// <returns>How many of them are within the limit.</returns>
    internal int OnBytes(int count, out bool happening)
    {
        var allowed = _limit is { } limit ? (int)Math.Min(count, limit - _bytes) : count;
        _bytes += allowed;
        if (_limit is { } most && _bytes >= most)
            Limited = true;
        // All three, so without short-circuiting.
        happening = Limited | Reached(_reset) | Reached(_halfOpen) | Reached(_stall);
        return allowed;
    }

    private bool Reached(Pending? pending)
    {
        if (pending is null || pending.Done || _bytes < pending.Bytes)
            return false;
        pending.Due = long.MinValue;
        return true;
    }

    internal void DrainUntil(long time) => (Discards, _drainEnd) = (true, time);

    internal LifeEvent Next(long now)
    {
        if (Limited && !_limitDone)
        {
            _limitDone = true;
            return LifeEvent.Limit;
        }
        if (Limited)
            return now >= _drainEnd ? LifeEvent.Drained : LifeEvent.None;
        if (_stallEnd <= now)
        {
            _stallEnd = long.MaxValue;
            return LifeEvent.StallEnd;
        }
        if (Take(_reset, now))
            return LifeEvent.Reset;
        if (Take(_halfOpen, now))
        {
            Discards = true;
            return LifeEvent.HalfOpen;
        }
        if (!Take(_stall, now))
            return LifeEvent.None;
        _stallEnd = _stallFor is { } length ? now + length : long.MaxValue;
        return LifeEvent.Stall;
    }

    private static bool Take(Pending? pending, long now)
    {
        if (pending is null || pending.Done || pending.Due > now)
            return false;
        pending.Done = true;
        pending.Due = long.MaxValue;
        return true;
    }

    private sealed class Pending
    {
        internal long Due { get; set; }
        internal long Bytes { get; private init; }
        internal bool Done { get; set; }

        internal static Pending? Of(ConnectionEvent? happening, long acceptedAt) => happening is null ? null : new Pending
        {
            Due = happening.After is { } after ? acceptedAt + after.Ticks * Delays.NanosecondsPerTick : long.MaxValue,
            Bytes = happening.AfterBytes ?? long.MaxValue,
        };
    }
}
