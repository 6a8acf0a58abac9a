using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling;

/// <summary>
/// How much of the machine's memory is in use, by each formula that Oracle's agent may follow; which one it follows is
/// unpublished, so the lowest is the one to steer on.
/// </summary>
/// <param name="IncludingCache">total - free.</param>
/// <param name="ExcludingCache">total - available: what others cannot have. On kernels before 3.14 available is estimated.</param>
/// <param name="WithoutPageCache">total - free - buffers - cached - reclaimable slab, as gopsutil counts.</param>
public sealed record MemoryUse(ByteSize Total, ByteSize IncludingCache, ByteSize ExcludingCache, ByteSize WithoutPageCache)
{
    public ByteSize Lowest => ByteSize.Min(IncludingCache, ByteSize.Min(ExcludingCache, WithoutPageCache));

    public static MemoryUse Of(MemoryReading reading) => new(
        reading.Total,
        reading.Total - reading.Free,
        reading.Total - Available(reading),
        reading.Total - (reading.Free + reading.Buffers + reading.Cached + reading.Reclaimable));

    /// <summary>MemAvailable; before kernel 3.14 free + buffers + cached + reclaimable - shared, the shared pages being no cache.</summary>
    public static ByteSize Available(MemoryReading reading) =>
        reading.Available
        ?? reading.Free + reading.Buffers + (reading.Cached + reading.Reclaimable - reading.Shared);

    /// <summary>The lowest formula as a share of the machine: what the idle rule may read.</summary>
    public Percent LowestShare => Share(Lowest);

    /// <summary>The figure that the telemetry shows.</summary>
    public Percent ExcludingCacheShare => Share(ExcludingCache);

    /// <summary><paramref name="part"/> as a share of the machine.</summary>
    public Percent Share(ByteSize part) => Percent.Clamp(100.0 * part.Bytes / Total.Bytes);
}
