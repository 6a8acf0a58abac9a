using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Simulation.Memory;

/// <summary>One reading of a simulated day.</summary>
/// <param name="Used">Percent of the machine, by the lowest formula.</param>
/// <param name="Foreign">Percent that others use.</param>
public sealed record MemoryMoment(TimeSpan At, double Used, double Foreign, ByteSize Held);

/// <summary>What became of a day.</summary>
/// <param name="Ramp">Until the target was first within a point; null when it never was.</param>
/// <param name="FarthestAfterRamp">Points off the target.</param>
public sealed record MemoryDayResult(
    IReadOnlyList<MemoryMoment> Moments,
    IReadOnlyList<MemoryEvent> Events,
    TimeSpan? Ramp,
    double FarthestAfterRamp,
    ByteSize Taken,
    ByteSize GivenBack);

/// <summary>A day of memory on a virtual machine: the real policy, reading by reading.</summary>
public static class MemoryDay
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    public static MemoryDayResult Run(
        MemorySettings settings, VirtualMemory machine, ForeignMemory foreign, TimeSpan length, TimeSpan period, int seed)
    {
        var state = MemoryState.Initial;
        var window = MemoryWindow.Empty;
        var events = new List<MemoryEvent>();
        return Run(settings, machine, foreign, length, period, seed, events, time =>
        {
            var reading = machine.Read();
            window = window.Add(Midnight + time, reading, machine.Held, settled: true);
            var decision = MemoryPolicy.Decide(settings, state, new MemoryInput(
                Midnight + time, reading, TimeSpan.Zero, window.Recent, null, null, machine.Held, machine.Held, GatePosition.Open, Wanted: true));
            state = decision.Events.Aggregate(state, (s, e) => s.Apply(e));
            events.AddRange(decision.Events);
            return decision.Plan.Hold;
        });
    }

    /// <summary>
    /// The same day under the law of the tool that LoadShaper follows: grow while the average is more than the hysteresis
    /// under the target, else release everything.
    /// </summary>
    public static MemoryDayResult RunReference(
        MemorySettings settings, VirtualMemory machine, ForeignMemory foreign, TimeSpan length, TimeSpan period, TimeSpan averageWindow, int seed)
    {
        double? average = null;
        return Run(settings, machine, foreign, length, period, seed, [], _ =>
        {
            average = average is { } a ? a + (machine.UsedPercent - a) * (period / averageWindow) : machine.UsedPercent;
            if (average >= settings.Target.Value - settings.HysteresisPoints)
                return ByteSize.Zero;
            var missing = ByteSize.FromBytes((long)(machine.Total.Bytes * Math.Max(0, settings.Target.Value - machine.UsedPercent) / 100));
            return machine.Held + ByteSize.Min(settings.Step, missing);
        });
    }

    private static MemoryDayResult Run(
        MemorySettings settings,
        VirtualMemory machine,
        ForeignMemory foreign,
        TimeSpan length,
        TimeSpan period,
        int seed,
        IReadOnlyList<MemoryEvent> events,
        Func<TimeSpan, ByteSize> decide)
    {
        var chance = new Random(seed);
        var moments = new List<MemoryMoment>();
        for (var time = TimeSpan.Zero; time < length; time += period)
        {
            machine.Foreign = foreign.At(time, machine.Total, 2 * chance.NextDouble() - 1);
            moments.Add(new MemoryMoment(time, machine.UsedPercent, 100.0 * machine.Foreign.Bytes / machine.Total.Bytes, machine.Held));
            machine.Hold(decide(time));
        }

        var target = settings.Target.Value;
        var reached = moments.FindIndex(moment => Math.Abs(moment.Used - target) <= 1);
        return new MemoryDayResult(
            moments,
            events,
            reached < 0 ? null : moments[reached].At,
            reached < 0 ? double.PositiveInfinity : moments.Skip(reached).Max(moment => Math.Abs(moment.Used - target)),
            machine.Taken,
            machine.GivenBack);
    }
}
