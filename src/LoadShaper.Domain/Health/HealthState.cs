using LoadShaper.Domain.Admission;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Health;

/// <summary>
/// The last report of every actor; null before the first. Times are the daemon's uptime by the monotonic clock: a step of
/// the wall clock changes no age.
/// </summary>
/// <param name="SampledAt">Uptime when the last sample came.</param>
/// <param name="DecidedAt">Uptime when the last report of the controller came.</param>
/// <param name="ImpossibleSamples">Samples with counters that could not be true, since the start.</param>
/// <param name="Counters">Null before anything was counted.</param>
/// <param name="Http">Null before the first request for it.</param>
/// <param name="ControllerCounts">Null before the controller's first start.</param>
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
    AlertStatus? Alerts = null,
    FleetStatus? Fleet = null,
    OracleStatus? Oracle = null,
    TimeSpan? SampledAt = null,
    TimeSpan? DecidedAt = null,
    long ImpossibleSamples = 0,
    HealthCounters? Counters = null,
    ControllerCounts? ControllerCounts = null,
    HttpStatus? Http = null)
{
    public HealthState Apply(Sample sample, TimeSpan averageWindow, TimeSpan uptime) => this with
    {
        Sample = sample,
        SampledAt = uptime,
        ImpossibleSamples = ImpossibleSamples + (sample.Impossible == ImpossibleCounters.None ? 0 : 1),
        Averages = (Averages ?? new Averages()).Apply(
            sample, sample.Memory is { } memory ? MemoryUse.Of(memory).ExcludingCacheShare.Value : null, averageWindow),
        Counters = Counted.Apply(sample, Controller),
    };

    /// <summary>The comparison with Oracle's readings; null while one side is missing.</summary>
    public OracleInput? Comparison =>
        Oracle?.View is { } view && Controller is { At: var at, Verdict: { } ours } ? OraclePolicy.InputOf(at, ours, view) : null;

    public HealthState Apply(ControllerStatus status, TimeSpan uptime) => this with { Controller = status, DecidedAt = uptime };

    public HealthState Apply(MemoryStatus status) => this with { Memory = status, Counters = Counted.Apply(Memory, status) };

    public HealthState Apply(ActorRestart restarted) => this with { Counters = Counted.Apply(restarted) };

    /// <summary>CPU use of the daemon without the load it makes, percent of one CPU; null when it could not be read.</summary>
    public double? ControlPlaneCpu => Sample is { Cpu: { } cpu } ? Math.Max(0, cpu.Own.Value - cpu.Burning.Value) * Sample.CpuCount : null;

    /// <summary>Memory that is held on purpose and counts as the daemon's own.</summary>
    public ByteSize HeldInDaemon => Memory is { Holder: MemoryHolder.Daemon } memory ? memory.Resident ?? memory.Held : ByteSize.Zero;

    private HealthCounters Counted => Counters ?? HealthCounters.Zero;
}
