using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Safety;

/// <summary>The signals that the gate is decided from, at one moment. Null is a reading that is missing.</summary>
/// <param name="ForeignCpu">What other processes used of all CPUs.</param>
/// <param name="RunDelay">Share of the time our threads wanted to run in which they had to wait; null also where they wanted none.</param>
/// <param name="MemoryPressure">PSI "some avg10"; null where the kernel does not offer it.</param>
/// <param name="ForeignLoadPerCore">1-minute load average without our own part, by the number of CPUs.</param>
/// <param name="MemoryUse">Share of the machine's memory that is not available.</param>
/// <param name="NetworkUse">The busier direction as a share of the link.</param>
/// <param name="Folded">Changes of the causes since the last event that were not recorded; null for none. For the reader: nothing is decided from it.</param>
public sealed record GateInput(
    DateTimeOffset At,
    Percent? ForeignCpu,
    Percent? RunDelay,
    Percent? MemoryPressure,
    double? ForeignLoadPerCore,
    Percent? MemoryUse,
    Percent? NetworkUse,
    int? Folded = null)
{
    // Less than this was wanted in a period: a share of it says nothing.
    private static readonly TimeSpan LeastWanted = TimeSpan.FromMilliseconds(2);

    public static GateInput From(Sample sample) => new(
        sample.At,
        Round(sample.Cpu?.Foreign),
        sample.RunDelay is { } delay && delay.Waited + delay.Ran >= LeastWanted ? Round(delay.Share) : null,
        Round(sample.Pressure?.Memory),
        sample.Load is { } load ? Math.Round(load.ForeignOneMinute / Math.Max(1, sample.CpuCount), 2) : null,
        Round(sample.Memory is { } reading && Sampling.MemoryUse.Of(reading) is var use ? use.Share(use.ExcludingCache) : null),
        Round(sample.Network?.Utilization));

    // To 0.01, so that the journal shows the very numbers that were decided from.
    private static Percent? Round(Percent? value) => value is { } v ? Percent.Clamp(Math.Round(v.Value, 2)) : null;
}
