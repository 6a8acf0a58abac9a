using System.Collections.Immutable;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>The extremes of the last readings, so that what is over in seconds moves no pages.</summary>
/// <param name="ForeignLow">The least that others used, by the lowest formula.</param>
/// <param name="ForeignHigh">The most.</param>
/// <param name="OpenLow">The least that was available, or would have been had we held nothing.</param>
public sealed record RecentMemory(ByteSize ForeignLow, ByteSize ForeignHigh, ByteSize OpenLow);

/// <summary>The readings of the last 20 s, at least three; what we hold is taken out of them.</summary>
public sealed class MemoryWindow
{
    private const int AtLeast = 3;

    /// <summary>Long enough to sleep through a burst, short enough to follow a point a minute within a point.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    public static readonly MemoryWindow Empty = new([], null);

    private readonly ImmutableQueue<Seen> _seen;
    private readonly DateTimeOffset? _last;

    private MemoryWindow(ImmutableQueue<Seen> seen, DateTimeOffset? last) => (_seen, _last) = (seen, last);

    public RecentMemory? Recent => _seen.IsEmpty
        ? null
        : new(_seen.Min(s => s.Foreign), _seen.Max(s => s.Foreign), _seen.Min(s => s.Open));

    /// <summary>Time since the last reading, nothing before the first and when the clock was set back.</summary>
    public TimeSpan UnseenFor(DateTimeOffset at) => _last is { } last && at > last ? at - last : TimeSpan.Zero;

    /// <summary>With one reading more.</summary>
    /// <param name="resident">What of it is ours.</param>
    /// <param name="settled">False while the holder moves to the ordered size: the owner of a page is unknown then.</param>
    public MemoryWindow Add(DateTimeOffset at, MemoryReading reading, ByteSize resident, bool settled)
    {
        if (!settled && !_seen.IsEmpty)
            return new MemoryWindow(_seen, at);

        // A clock that was set back makes the ages of the older readings meaningless.
        var kept = at < _last ? [] : _seen;
        var seen = kept.Enqueue(new Seen(at, MemoryUse.Of(reading).Lowest - resident, MemoryUse.Available(reading) + resident));
        while (seen.Count() > AtLeast && at - seen.Peek().At >= Length)
            seen = seen.Dequeue();
        return new MemoryWindow(seen, at);
    }

    private sealed record Seen(DateTimeOffset At, ByteSize Foreign, ByteSize Open);
}
