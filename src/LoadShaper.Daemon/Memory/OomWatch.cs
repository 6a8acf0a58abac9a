namespace LoadShaper.Daemon.Memory;

/// <summary>
/// Whether an OOM kill happened in the last 10 to 20 seconds. The kernel counts those of the whole machine: an older one says nothing
/// about a holder that is killed now, and one whose memory takes long to free is reported seconds after it was killed.
/// </summary>
/// <param name="Before">The count at the beginning of that time; null where the kernel does not count.</param>
/// <param name="Last">The count at <paramref name="LastAt"/>.</param>
internal readonly record struct OomWatch(long? Before, long? Last, DateTimeOffset LastAt)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    public static OomWatch From(long? count) => new(count, count, DateTimeOffset.MinValue);

    /// <summary>With the count of a sample.</summary>
    public OomWatch Apply(DateTimeOffset at, long? count) =>
        at - LastAt >= Window || at < LastAt ? new(Last, count, at) : this;

    public bool IsExceededBy(long? count) => count > Before;
}
