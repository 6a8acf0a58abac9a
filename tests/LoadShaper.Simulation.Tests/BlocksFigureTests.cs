using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling.Readings;
using Xunit;

namespace LoadShaper.Simulation.Tests;

/// <summary>Strategy `blocks` on 28 days with 1 point of noise: what the table of figures promises of it.</summary>
public class BlocksFigureTests
{
    private const double Outage = 14;
    private const double Return = 16;

    public static TheoryData<string> Traces => [.. Figures.TraceNames];

    [Theory]
    [InlineData("idle", 2.6, 1)]
    [InlineData("idle", 2.6, 2)]
    [InlineData("constant 10 %", 1.7, 1)]
    [InlineData("constant 10 %", 1.7, 2)]
    [InlineData("sine 0-40 % a day", 0.3, 1)]
    [InlineData("80 % for 6 h a day", 0.1, 1)]
    public void Every_reading_passes_at_little_cost(string name, double own, int seed)
    {
        var report = Run(name, seed);

        report.From(7).NeverUnder20();
        report.NoDayUnder20(7);
        Assert.InRange(report.OwnLater(), 0, own);
    }

    [Theory]
    [InlineData("idle", 1)]
    [InlineData("idle", 2)]
    [InlineData("constant 10 %", 1)]
    public void While_idle_the_reserve_and_the_margin_hold_at_every_minute(string name, int seed)
    {
        var report = Run(name, seed);
        var readings = new CpuReadings(report.Rule);
        foreach (var row in report.Rows)
        {
            readings.Add(new MinuteMean(row.Minute, TimeSpan.FromMinutes(1), row.Total!.Value, row.Total.Value, row.Own!.Value));
            if (row.Minute >= SimulationOptions.Start.AddDays(7))
                Assert.True(
                    readings.ReserveHours >= 72 && readings.Busy is { Minute: >= 23, FiveMinutes: >= 23, Hour: >= 23 },
                    $"{row.Minute}: reserve {readings.ReserveHours} h, {readings.Busy}");
        }
    }

    [Theory]
    [MemberData(nameof(Traces))]
    public void On_real_traces_the_reserve_holds(string trace) =>
        Assert.All(Run(trace, 1).From(7), hour => Assert.True(hour.ReserveHours >= 72, $"{hour}"));

    [Fact]
    public void After_a_stop_the_readings_hold_for_the_reserve()
    {
        var stop = TimeSpan.FromDays(14);
        var report = Simulator.Run(Options(reserve: 72) with { DaemonDown = [new Stretch(stop, TimeSpan.FromDays(7))] });

        report.From(7).Where(hour => hour.At <= SimulationOptions.Start + stop + TimeSpan.FromHours(72)).NeverUnder20();
        // The reserve is not more than is needed: the readings fall within a day after it.
        Assert.Contains(report.From(7), hour => hour.At <= SimulationOptions.Start + stop + TimeSpan.FromHours(96) && hour.Hour < 20);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(72)]
    [InlineData(120)]
    public void Any_reserve_is_kept(int reserve) =>
        Assert.All(Simulator.Run(Options(reserve)).From(7), hour => Assert.True(hour.ReserveHours >= reserve, $"{hour}"));

    [Fact]
    public void Without_a_reserve_the_schedule_is_the_cheapest_one()
    {
        var report = Simulator.Run(Options(reserve: 0));

        report.From(7).NeverUnder20();
        report.NoDayUnder20(7);
        Assert.InRange(report.OwnLater(), 0, 1.5);
    }

    [Theory]
    [InlineData("load average 0.7 at 2 % CPU", 1)]
    [InlineData("load average 0.7 at 2 % CPU", 2)]
    [InlineData("load falls from 40 % to 0 on day 14", 1)]
    [InlineData("load falls from 40 % to 0 on day 14", 2)]
    public void Every_reading_passes(string name, int seed)
    {
        var report = Run(name, seed);

        report.From(7).NeverUnder20();
        report.NoDayUnder20(7);
    }

    [Theory]
    [InlineData(ShapeFamily.A1, 1)]
    [InlineData(ShapeFamily.E2, 1)]
    [InlineData(ShapeFamily.E2, 2)]
    public void A_job_that_closes_the_gate_for_two_minutes_of_each_hour_is_worked_round(ShapeFamily family, int seed)
    {
        var report = Figures.Run("idle", CpuStrategy.Blocks, seed, family, new HourlyJob());

        report.From(7).NeverUnder20();
        report.NoDayUnder20(7);
    }

    private sealed class HourlyJob : IForeignLoad
    {
        public double At(TimeSpan time) => time.Minutes is 30 or 31 ? 88 : 2;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_outage_of_two_days_is_made_up_within_a_day(int seed)
    {
        var report = Run("2-day outage on day 14", seed);

        report.From(7).Where(hour => hour.At < SimulationOptions.Start.AddDays(Outage)).NeverUnder20();
        report.From(Return + 1).NeverUnder20();
        report.NoDayUnder20(7);
    }

    [Theory]
    [InlineData(ShapeFamily.A1, 1)]
    [InlineData(ShapeFamily.A1, 2)]
    [InlineData(ShapeFamily.E2, 1)]
    [InlineData(ShapeFamily.E2, 2)]
    public void Two_days_unattended_are_made_up_within_ten_hours(ShapeFamily family, int seed)
    {
        var report = Figures.Run("daemon down for 2 days on day 14", CpuStrategy.Blocks, seed, family);

        report.From(7).Where(hour => hour.At < SimulationOptions.Start.AddDays(Outage)).NeverUnder20();
        report.From(Return + 10 / 24.0).NeverUnder20();
        report.NoDayUnder20(7, Outage);
        report.NoDayUnder20(Return);
    }

    [Theory]
    [InlineData(ShapeFamily.A1, 10, 1)]
    [InlineData(ShapeFamily.A1, 10, 2)]
    [InlineData(ShapeFamily.E2, 24, 1)]
    [InlineData(ShapeFamily.E2, 24, 2)]
    public void After_an_idle_week_the_hours_are_caught_up(ShapeFamily family, int hours, int seed)
    {
        var report = Figures.Run("an idle week before the start", CpuStrategy.Blocks, seed, family);

        report.From(hours / 24.0).NeverUnder20();
        report.NoDayUnder20(0);
    }

    [Theory]
    [MemberData(nameof(Traces))]
    public void Real_traces_pass_every_reading_near_the_cheapest_cost(string trace)
    {
        var report = Run(trace, 1);
        var bound = Figures.BoundOf(trace);

        report.From(7).NeverUnder20();
        report.NoDayUnder20(7);
        Assert.InRange(report.OwnLater(), 0, bound < 0.2 ? 1.5 : 1 + 2 * bound);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void On_E2_it_never_burns_for_more_than_an_hour_on_end(int seed)
    {
        var report = Run("an idle week before the start", seed);
        var longest = 0;
        var now = 0;
        foreach (var row in report.Rows)
            longest = Math.Max(longest, now = row.Own > 0 ? now + 1 : 0);

        Assert.InRange(longest, 60, 60);
    }

    private static SimulationOptions Options(int reserve)
    {
        var options = new SimulationOptions { Noise = 1 };
        return options with
        {
            Settings = options.Settings with { Cpu = options.Settings.Cpu with { Strategy = CpuStrategy.Blocks, ReserveHours = reserve } },
        };
    }

    private static SimulationReport Run(string name, int seed) => Figures.Run(name, CpuStrategy.Blocks, seed);
}
