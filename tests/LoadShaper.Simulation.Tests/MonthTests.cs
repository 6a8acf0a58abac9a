using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Simulation.Tests;

/// <summary>
/// A month of a machine nobody thought of, with invariants checked at every step. What fails names its seed; LOADSHAPER_SEEDS
/// sets how many are tried.
/// </summary>
public class MonthTests
{
    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("LOADSHAPER_SEEDS"), out var seeds) ? seeds : 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Invariants_hold_at_every_step(int seed)
    {
        var options = Scenario(seed);
        var cpu = options.Settings.Cpu;
        var known = ControllerSnapshot.Empty;
        var report = Simulator.Run(options, (before, turn) =>
        {
            var decided = turn.Events.OfType<P95Event>().ToArray();
            known = turn.Events.Aggregate(before, (memory, happened) => memory.Apply(happened));
            void Holds(bool condition, string what) =>
                Assert.True(condition, $"seed {seed}, {decided.FirstOrDefault()?.At}: {what}");

            Holds(turn.Gate.Position != GatePosition.Closed || turn.Plan.Intensity == Percent.Zero, "a closed gate left load on");
            Holds(turn.Gate.Position != GatePosition.HeldByLoadAverage || turn.Plan.Intensity <= cpu.TargetMin, "a held gate left more than the lower end on");
            if (decided.Length == 0)
                return;
            Holds(
                P95Policy.Decide(cpu, before.Cpu, decided[0].Input).Events.SequenceEqual(decided),
                "deciding again from the recorded input came to another answer");
            Holds(
                !decided.OfType<SlotDecided>().Any(slot => slot.Kind == SlotKind.High && before.Cpu.Apply(slot).Exceedance >= 12),
                "the budget exceeded its cap");
        });

        Assert.All(report.Rows.Where(row => row.Total is not null), row =>
            Assert.True(row is { Own: >= 0 and <= 100, Total: >= 0 and <= 100 }, $"seed {seed}: {row}"));
        // The journal alone gives what the controller knew at the end.
        Assert.Equal(known, report.Events.Aggregate(ControllerSnapshot.Empty, (memory, happened) => memory.Apply(happened)));

        // Once a week is there, and a day after whatever was missed, the promise of the strategy holds.
        var disturbed = options.Outages.Concat(options.DaemonDown).Select(s => s.At + s.For + TimeSpan.FromDays(1)).Append(TimeSpan.FromDays(7)).Max();
        Assert.All(report.Hours.Where(hour => hour.At >= SimulationOptions.Start + disturbed), hour =>
            Assert.True(
                hour.Minute >= 20 && (cpu.Strategy == CpuStrategy.Slots || hour is { FiveMinutes: >= 20, Hour: >= 20 }),
                $"seed {seed}: {hour}"));
    }

    [Fact]
    public void A_seed_gives_the_same_run_and_another_seed_another()
    {
        var options = Scenario(3) with { Days = 3, Noise = 1 };

        Assert.Equal(Simulator.Run(options).Rows, Simulator.Run(options).Rows);
        Assert.NotEqual(Simulator.Run(options).Rows, Simulator.Run(options with { Seed = 99 }).Rows);
    }

    private static SimulationOptions Scenario(int seed)
    {
        var random = new Random(seed);
        double Between(double low, double high) => Math.Round(low + (high - low) * random.NextDouble(), 1);
        TimeSpan Hours(double low, double high) => TimeSpan.FromMinutes((int)(60 * Between(low, high)));

        IForeignLoad foreign = random.Next(5) switch
        {
            0 => new ForeignLoad.Constant(Between(0, 30)),
            1 => new ForeignLoad.Sine(Between(0, 10), Between(10, 60)),
            2 => new ForeignLoad.Busy(Between(20, 95), Hours(0.1, 6)),
            3 => new ForeignLoad.Step(Between(0, 50), Between(0, 50), TimeSpan.FromDays(Between(3, 20))),
            _ => new Bursts(random.Next()),
        };
        var options = new SimulationOptions
        {
            Foreign = foreign,
            Seed = seed,
            Noise = Between(0, 1.5),
            Family = random.Next(2) == 0 ? ShapeFamily.E2 : ShapeFamily.A1,
            LoadAverage = random.Next(3) == 0 ? new ForeignLoad.Constant(Between(0, 1)) : null,
            Outages = random.Next(3) == 0 ? [new Stretch(TimeSpan.FromDays(Between(3, 15)), Hours(1, 60))] : [],
            DaemonDown = random.Next(3) == 0 ? [new Stretch(TimeSpan.FromDays(Between(3, 15)), Hours(1, 60))] : [],
            History = random.Next(2) == 0 ? new History(TimeSpan.FromDays(7), ForeignLoad.Idle) : null,
        };
        return options with
        {
            Settings = options.Settings with
            {
                Cpu = options.Settings.Cpu with
                {
                    Strategy = random.Next(2) == 0 ? CpuStrategy.Slots : CpuStrategy.Blocks,
                    SlotDuration = TimeSpan.FromSeconds(new[] { 20, 60, 60, 60, 300 }[random.Next(5)]),
                },
            },
        };
    }

    /// <summary>Work that comes and goes: a level for a quarter of an hour, mostly none.</summary>
    private sealed record Bursts(int Seed) : IForeignLoad
    {
        public double At(TimeSpan elapsed)
        {
            var quarter = (int)(elapsed.TotalMinutes / 15);
            var draw = new Random(Seed ^ (quarter * 7919));
            return draw.Next(4) == 0 ? draw.NextDouble() * 70 : 3;
        }
    }
}
