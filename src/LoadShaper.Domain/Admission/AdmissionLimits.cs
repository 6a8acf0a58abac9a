using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Admission;

/// <summary>HEALTH_MAX_*: at which use of itself the HTTP server refuses requests.</summary>
public sealed record AdmissionLimits
{
    /// <summary>Slots that only /live and /health may use; a part of <see cref="Concurrent"/>.</summary>
    public const int Reserved = 4;

    /// <summary>Requests that may wait for a slot at once.</summary>
    public const int MostWaiting = 32;

    /// <summary>How long a request over the limit is held before it is refused.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>HEALTH_MAX_CONCURRENT_REQUESTS: requests that are answered at the same time.</summary>
    public int Concurrent { get; init; } = 100;

    /// <summary>HEALTH_MAX_REQUESTS_PER_MINUTE: requests answered in any 60 seconds; /live and /health do not count.</summary>
    public int PerMinute { get; init; } = 2000;

    /// <summary>HEALTH_MAX_MEMORY_MB: physical memory of the daemon without the memory it holds on purpose.</summary>
    public ByteSize Memory { get; init; } = ByteSize.FromMiB(1024);

    /// <summary>HEALTH_MAX_CPU_PERCENT: CPU use of the daemon without the load it makes, percent of one CPU.</summary>
    public double CpuPercent { get; init; } = 200;
}
