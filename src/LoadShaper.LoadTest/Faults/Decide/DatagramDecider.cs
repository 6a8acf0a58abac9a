using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Decide;

/// <summary>What happens to a datagram.</summary>
/// <param name="Copies">0: lost. 2: duplicated.</param>
/// <param name="Delay">Nanoseconds of latency and jitter.</param>
/// <param name="CopyDelay">Of the second copy.</param>
/// <param name="HeldBehind">Later datagrams that have to pass first; 0: none.</param>
/// <param name="CorruptAt">Where in the datagram a bit is inverted, 0 to 1; negative: nowhere.</param>
public readonly record struct DatagramFate(int Copies, long Delay, long CopyDelay, int HeldBehind, double CorruptAt);

/// <summary>Decides about each datagram of one session in one direction, with netem's meaning of every fault.</summary>
public sealed class DatagramDecider(ulong seed, long session, FaultDirection direction)
{
    private readonly FaultChance _chance = new(seed, session, direction);
    private LossProcess? _loss;

    public DatagramFate Decide(LinkFaults faults)
    {
        if (faults.IsNone)
            return new DatagramFate(1, 0, 0, 0, -1);
        // As in netem, a datagram that is both lost and duplicated arrives once.
        var copies = 1;
        if (_chance.Happens(FaultChance.Use.Duplicate, faults.Duplicate))
            copies++;
        if (faults.HasLoss && (_loss ??= new LossProcess(_chance)).IsNextLost(faults))
            copies--;
        if (copies == 0)
            return default(DatagramFate) with { CorruptAt = -1 };
        var corruptAt = _chance.Happens(FaultChance.Use.Corrupt, faults.Corrupt) ? _chance.Next(FaultChance.Use.Bit) : -1;
        var heldBehind = faults.Reorder is { } reorder && _chance.Happens(FaultChance.Use.Reorder, reorder.Probability)
            ? 1 + (int)(_chance.Next(FaultChance.Use.Window) * reorder.Window)
            : 0;
        return new DatagramFate(
            copies, Delays.Of(faults, _chance, FaultChance.Use.Jitter), copies > 1 ? Delays.Of(faults, _chance, FaultChance.Use.CopyJitter) : 0, heldBehind, corruptAt);
    }
}

internal static class Delays
{
    internal const long NanosecondsPerTick = 100;

    /// <summary>Latency and jitter in nanoseconds, uniform as netem's without a distribution, never negative.</summary>
    internal static long Of(LinkFaults faults, FaultChance chance, FaultChance.Use use)
    {
        var latency = faults.Latency.Ticks * NanosecondsPerTick;
        if (faults.Jitter == TimeSpan.Zero)
            return latency;
        var jitter = faults.Jitter.Ticks * NanosecondsPerTick;
        return Math.Max(0, latency + (long)((chance.Next(use) * 2 - 1) * jitter));
    }
}
