using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Health;

/// <summary>The last word of everyone. Null is who has not spoken yet.</summary>
public sealed record HealthState(
    DateTimeOffset Started,
    Sample? Sample = null,
    Averages? Averages = null,
    StoreStatus? Store = null,
    ControllerStatus? Controller = null,
    BurnReport? Burn = null,
    MemoryStatus? Memory = null,
    NetworkStatus? Network = null,
    PolitenessReport? Politeness = null)
{
    public HealthState Apply(Sample sample, TimeSpan averageWindow) => this with
    {
        Sample = sample,
        Averages = (Averages ?? new Averages()).Apply(
            sample, sample.Memory is { } memory ? MemoryUse.Of(memory).ExcludingCacheShare.Value : null, averageWindow),
    };
}
