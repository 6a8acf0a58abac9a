using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Simulation.Tests;

/// <summary>What the verdict foretells, beside what then comes.</summary>
public class VerdictTests
{
    private static readonly TimeSpan Stop = TimeSpan.FromDays(10);

    [Theory]
    [InlineData(CpuStrategy.Slots)]
    [InlineData(CpuStrategy.Blocks)]
    public void It_turns_at_the_hour_that_was_foretold(CpuStrategy strategy)
    {
        var options = new SimulationOptions { Noise = 1 };
        options = options with { Settings = options.Settings with { Cpu = options.Settings.Cpu with { Strategy = strategy } } };
        var foretold = Simulator.Run(options with { Days = (int)Stop.TotalDays }).Verdict!;
        var stopped = Simulator.Run(options with { Days = 18, DaemonDown = [new Stretch(Stop, TimeSpan.FromDays(8))] });

        Assert.Equal(VerdictKind.Safe, foretold.Kind);
        Assert.Equal(
            stopped.Hours.First(hour => hour.At > SimulationOptions.Start + Stop && hour is not { Minute: >= 20, FiveMinutes: >= 20, Hour: >= 20 }).At,
            foretold.TurnsAt);
        Assert.Contains(
            $"would become reclaimable on {VerdictText.Day(foretold.TurnsAt!.Value)}.",
            VerdictText.Headline(IdleRule.Oracle, foretold, VerdictOutlook.Holding), StringComparison.Ordinal);
    }

    [Fact]
    public void At_risk_never_means_that_nothing_is_needed()
    {
        // Minutes at the lower end of the band, one at a time: the hours fall short.
        var report = Simulator.Run(new SimulationOptions { Days = 9, LoadAverage = new ForeignLoad.Constant(0.7) });

        Assert.Equal(VerdictKind.AtRisk, report.Verdict!.Kind);
        Assert.InRange(report.Verdict.MinutesNeeded, 60, 540);
    }
}
