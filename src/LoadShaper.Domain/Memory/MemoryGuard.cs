using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>
/// How much must go back at once because others need it. Asked by the policy each control period and by the holder
/// itself several times a second.
/// </summary>
public static class MemoryGuard
{
    /// <summary>Memory pressure (share of time in which a task waited) from which our memory is given back.</summary>
    public static readonly Percent PressureLimit = Percent.Of(10);

    /// <summary>What to give back of <paramref name="held"/> and why; null when nothing.</summary>
    public static MemoryLoss? GiveBack(
        MemorySettings settings, MemoryReading reading, Percent? pressure, CgroupMemory? cgroup, ByteSize held)
    {
        var available = MemoryUse.Available(reading);
        var use = MemoryUse.Of(reading);

        if (available < settings.Reserve)
            return Loss(MemoryReleaseCause.Reserve, settings.Reserve + settings.Step - available);

        if (use.Share(use.ExcludingCache) >= settings.Stop)
            return Loss(MemoryReleaseCause.StopThreshold, use.ExcludingCache - ResumeBelow(settings, reading.Total));

        if (cgroup is not null && cgroup.Room.Bytes < cgroup.Headroom.Bytes / 2)
            return Loss(MemoryReleaseCause.CgroupLimit, cgroup.Headroom - cgroup.Room + (cgroup.Over ?? ByteSize.Zero));

        // With free memory on the machine, the waiting tasks are at a cgroup limit; releasing ours would not help them.
        if (pressure >= PressureLimit && reading.Free < settings.Reserve)
            return Loss(MemoryReleaseCause.Pressure, ByteSize.FromBytes(held.Bytes / 4));

        return null;

        MemoryLoss? Loss(MemoryReleaseCause cause, ByteSize amount) =>
            held > ByteSize.Zero ? new(cause, ByteSize.Min(held, Pages.RoundUp(ByteSize.Max(amount, settings.Step)))) : null;
    }

    /// <summary>How much more may be taken without a release at the next reading, and the limit that prevents more.</summary>
    public static (ByteSize Room, MemoryLimit By) Room(
        MemorySettings settings, MemoryReading reading, RecentMemory recent, CgroupMemory? cgroup, ByteSize held)
    {
        var aboveReserve = recent.OpenLow - held - settings.Reserve - settings.Step;
        var belowStop = ResumeBelow(settings, reading.Total) - MemoryUse.Of(reading).ExcludingCache;

        var least = (Room: aboveReserve, By: MemoryLimit.Reserve);
        if (belowStop < least.Room)
            least = (belowStop, MemoryLimit.StopThreshold);
        if (cgroup is not null && cgroup.Room - cgroup.Headroom < least.Room)
            least = (cgroup.Room - cgroup.Headroom, MemoryLimit.Cgroup);
        return least;
    }

    private static ByteSize ResumeBelow(MemorySettings settings, ByteSize total) =>
        ByteSize.FromBytes((long)(total.Bytes * Math.Max(0, settings.Stop.Value - settings.HysteresisPoints) / 100));
}
