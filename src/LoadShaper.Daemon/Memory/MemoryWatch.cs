using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>The holder's own eyes: what others need is seen several times a second, not once a control period.</summary>
internal sealed class MemoryWatch(MemorySettings settings, MemInfoFile memInfo, PressureFile pressure, CgroupMemoryFiles cgroup) : IDisposable
{
    // A quarter of a second is promised, and waking takes its part of it.
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(240);
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rarely = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestUnreadable = TimeSpan.FromSeconds(2);

    internal static MemoryWatch OfThisMachine(MemorySettings settings) => new(
        settings, new MemInfoFile("/proc/meminfo"), new PressureFile("/proc/pressure/memory"), CgroupMemoryFiles.Find());

    private TimeSpan? _unreadableSince;
    private TimeSpan _nextSlow;
    private TimeSpan _nextLimit;

    /// <summary>How long to wait until the next look.</summary>
    internal TimeSpan Interval { get; private set; } = Near;

    /// <summary>What to give back now; null when nothing.</summary>
    /// <param name="now">A monotonic time.</param>
    internal MemoryLoss? Look(TimeSpan now, ByteSize held)
    {
        if (memInfo.Read() is not { } reading)
        {
            Interval = Calm;
            _unreadableSince ??= now;
            return now - _unreadableSince >= LongestUnreadable && held > ByteSize.Zero
                ? new MemoryLoss(MemoryReleaseCause.ReadingMissing, held)
                : null;
        }

        _unreadableSince = null;
        Interval = MemoryUse.Available(reading) < settings.Reserve + settings.Reserve ? Near : Calm;

        // Each value leads to one action at most: pressure and limits count only when just read.
        if (now < _nextSlow)
            return MemoryGuard.GiveBack(settings, reading, null, null, held);

        _nextSlow = now + Slow;
        return MemoryGuard.GiveBack(settings, reading, pressure.Read(now), Limit(now, reading), held);
    }

    /// <summary>Where there is no limit, one that is set later is soon enough seen.</summary>
    private CgroupMemory? Limit(TimeSpan now, MemoryReading reading)
    {
        if (now < _nextLimit)
            return null;

        var limit = cgroup.Read(reading.Total);
        _nextLimit = limit is null ? now + Rarely : now;
        return limit;
    }

    public void Dispose()
    {
        memInfo.Dispose();
        pressure.Dispose();
    }
}
