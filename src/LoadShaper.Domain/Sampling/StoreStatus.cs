using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling;

/// <summary>The last word of the sample store.</summary>
/// <param name="Problem">Why samples are not being stored; null when they are.</param>
/// <param name="MemoryP95">Nearest rank over the minutes of seven days, percent; null before the first.</param>
/// <param name="LoadP95">Of the 1-minute load average per core.</param>
public sealed record StoreStatus(
    string Path, long SampleCount, DateTimeOffset? Oldest, ByteSize DiskUsage,
    double? MemoryP95, double? NetworkP95, double? LoadP95, string? Problem)
{
    public bool IsAvailable => Problem is null;
}
