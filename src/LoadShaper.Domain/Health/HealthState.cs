using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Health;

/// <summary>
/// The last report of every actor; null before the first. Times are the daemon's uptime by the monotonic clock: a step of
/// the wall clock changes no age.
/// </summary>
/// <param name="SampledAt">Uptime when the last sample came.</param>
/// <param name="DecidedAt">Uptime when the last report of the controller came.</param>
/// <param name="ImpossibleSamples">Samples with counters that could not be true, since the start.</param>
public sealed record HealthState(
    Sample? Sample = null,
    Averages? Averages = null,
    StoreStatus? Store = null,
    ControllerStatus? Controller = null,
    BurnReport? Burn = null,
    MemoryStatus? Memory = null,
    NetworkStatus? Network = null,
    PolitenessReport? Politeness = null,
    HostStatus? Host = null,
    TimeSpan? SampledAt = null,
    TimeSpan? DecidedAt = null,
    long ImpossibleSamples = 0)
{
    public HealthState Apply(Sample sample, TimeSpan averageWindow, TimeSpan uptime) => this with
    {
        Sample = sample,
        SampledAt = uptime,
        ImpossibleSamples = ImpossibleSamples + (sample.Impossible == ImpossibleCounters.None ? 0 : 1),
        Averages = (Averages ?? new Averages()).Apply(
            sample, sample.Memory is { } memory ? MemoryUse.Of(memory).ExcludingCacheShare.Value : null, averageWindow),
    };

    public HealthState Apply(ControllerStatus status, TimeSpan uptime) => this with { Controller = status, DecidedAt = uptime };
}
