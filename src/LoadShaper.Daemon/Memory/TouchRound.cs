using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>
/// Keeps what is held in memory: all of it is visited once a round, spread over it; where nothing was taken the next
/// round takes twice as long.
/// </summary>
internal sealed class TouchRound
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly HeldPages _pages;
    private readonly TimeSpan _shortest;
    private TimeSpan _length;
    private TimeSpan _last;
    private double _due;
    private int _next;
    private ByteSize _taken = ByteSize.Zero;

    /// <param name="shortest">MEM_TOUCH_INTERVAL_SEC: how long a round takes after something was taken.</param>
    internal TouchRound(HeldPages pages, TimeSpan shortest) => (_pages, _shortest, _length) = (pages, shortest, shortest);

    /// <summary>Visits what is due at <paramref name="now"/>.</summary>
    /// <returns>What was found in memory, when a round is complete.</returns>
    internal ByteSize? Touch(TimeSpan now)
    {
        _due = Math.Min(_pages.Chunks.Count, _due + _pages.Chunks.Count * ((now - _last) / _length));
        _last = now;

        // What was taken comes back at the pace of a disk: one chunk a visit, so that the memory guard runs between two chunks.
        ByteSize? resident = null;
        var missing = ByteSize.Zero;
        for (; _due >= 1 && missing == ByteSize.Zero; _due--)
        {
            if (_next < _pages.Chunks.Count)
                missing = _pages.Touch(_next++);
            _taken += missing;
            if (_next >= _pages.Chunks.Count)
                resident = Complete();
        }

        return resident;
    }

    private ByteSize Complete()
    {
        var longer = _length + _length;
        _length = _taken > ByteSize.Zero ? _shortest : longer < Longest ? longer : Longest;
        var resident = _pages.Held - _taken;
        (_next, _taken) = (0, ByteSize.Zero);
        return resident;
    }
}
