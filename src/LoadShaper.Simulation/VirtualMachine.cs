using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Simulation;

/// <summary>
/// The machine in minutes: what is missing to the intensity after foreign load is burnt, exactly, as the closed loop of the
/// workers brings it about; the noise of the minute comes on top, unforeseen.
/// </summary>
internal sealed class VirtualMachine(SimulationOptions options)
{
    // What others occupy, percent; the rest of it is free.
    private const double MemoryAtRest = 10;

    private static readonly ByteSize MemoryTotal = ByteSize.FromMiB(1024);

    /// <summary>A part of a minute: own and whole use, percent.</summary>
    public (double Own, double Total) Run(TimeSpan elapsed, Percent intensity, double noise)
    {
        var foreign = Math.Clamp(options.Foreign.OverMinute(elapsed), 0, 100);
        var own = Math.Max(0, intensity.Value - foreign);
        return (own, Math.Clamp(foreign + own + noise, 0, 100));
    }

    /// <summary>What the sampler would have read of it.</summary>
    /// <param name="memoryHeld">Whether memory is occupied up to its target.</param>
    public Sample Sample(DateTimeOffset at, TimeSpan period, double own, double total, bool memoryHeld)
    {
        var foreignLoad = (options.LoadAverage?.At(at - period - SimulationOptions.Start) ?? Math.Max(0, total - own) / 100) * options.CpuCount;
        var load = foreignLoad + own / 100 * options.CpuCount;
        var busy = Percent.Clamp(total);
        var ours = Percent.Clamp(own);
        var memory = memoryHeld ? Math.Max(MemoryAtRest, options.Settings.Memory.Target.Value) : MemoryAtRest;
        var free = ByteSize.FromMiB(MemoryTotal.MiB * (1 - memory / 100));
        return new Sample(
            at, period, options.CpuCount,
            new CpuReading(busy, busy, Percent.Zero, ours, ours),
            new MemoryReading(MemoryTotal, free, free, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero),
            Network: null,
            new LoadReading(load, load, load, foreignLoad));
    }
}
