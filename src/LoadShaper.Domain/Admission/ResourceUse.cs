namespace LoadShaper.Domain.Admission;

/// <summary>What is limited.</summary>
public enum LimitedResource
{
    ConcurrentRequests,
    RequestRate,
    Memory,
    Cpu,
}

/// <summary>Use against a limit.</summary>
public enum ResourceLevel
{
    Normal,

    /// <summary>At least 80 % of the limit.</summary>
    Warning,

    /// <summary>Above the limit: requests are refused.</summary>
    Violation,
}

/// <summary>What the HTTP server uses at one moment.</summary>
/// <param name="InFlight">Requests that are being answered.</param>
/// <param name="Waiting">Requests that are held until there is room.</param>
/// <param name="PerMinute">Requests of the last 60 seconds that count, the refused ones included.</param>
/// <param name="MemoryMb">MiB; null when unknown.</param>
/// <param name="CpuPercent">Percent of one CPU; null when unknown.</param>
public readonly record struct ResourceUse(int InFlight, int Waiting, int PerMinute, double? MemoryMb, double? CpuPercent)
{
    private const double WarningShare = 0.8;

    public int Concurrent => InFlight + Waiting;

    public double? Of(LimitedResource resource) => resource switch
    {
        LimitedResource.ConcurrentRequests => Concurrent,
        LimitedResource.RequestRate => PerMinute,
        LimitedResource.Memory => MemoryMb,
        _ => CpuPercent,
    };

    public static double LimitOf(AdmissionLimits limits, LimitedResource resource) => resource switch
    {
        LimitedResource.ConcurrentRequests => limits.Concurrent,
        LimitedResource.RequestRate => limits.PerMinute,
        LimitedResource.Memory => limits.Memory.MiB,
        _ => limits.CpuPercent,
    };

    /// <summary>Unknown use is normal.</summary>
    public ResourceLevel LevelOf(AdmissionLimits limits, LimitedResource resource)
    {
        var (use, limit) = (Of(resource), LimitOf(limits, resource));
        return use > limit ? ResourceLevel.Violation : use >= WarningShare * limit ? ResourceLevel.Warning : ResourceLevel.Normal;
    }
}
