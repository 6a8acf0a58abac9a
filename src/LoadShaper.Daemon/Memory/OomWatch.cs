namespace LoadShaper.Daemon.Memory;

/// <summary>
/// Whether an OOM kill happened in the last one to two control periods. The kernel counts those of the whole machine: an older one
/// says nothing about a holder that is killed now.
/// </summary>
/// <param name="Before">The count at the reading before the last; null where the kernel does not count.</param>
internal readonly record struct OomWatch(long? Before, long? Last)
{
    public static readonly OomWatch None = default;

    public static OomWatch From(long? count) => new(count, count);

    public OomWatch Apply(long? count) => new(Last, count);

    public bool IsExceededBy(long? count) => count > Before;
}
