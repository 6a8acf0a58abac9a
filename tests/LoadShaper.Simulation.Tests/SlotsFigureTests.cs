using LoadShaper.Domain.Cpu;
using Xunit;

namespace LoadShaper.Simulation.Tests;

/// <summary>Strategy `slots` on 28 days with 1 point of noise: what the table of figures promises of it.</summary>
public class SlotsFigureTests
{
    public static TheoryData<string> Traces => [.. Figures.TraceNames];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_idle_machine_is_kept_at_the_set_point(int seed)
    {
        var report = Run("idle", seed);
        var minutes = report.From(7).Select(hour => hour.Minute!.Value).ToArray();

        Assert.All(minutes, p95 => Assert.InRange(p95, 24, 26));
        Assert.InRange(Math.Sqrt(minutes.Average(p95 => Math.Pow(p95 - minutes.Average(), 2))), 0, 0.3);
        Assert.InRange(report.OwnLater(), 0, 20.5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_constant_load_is_filled_up_not_added_to(int seed)
    {
        var report = Run("constant 10 %", seed);

        Assert.All(report.From(7), hour => Assert.InRange(hour.Minute!.Value, 22, 28));
        Assert.InRange(report.OwnLater(), 0, 11);
    }

    [Fact]
    public void A_daily_swing_that_is_safe_by_itself_is_left_alone()
    {
        var report = Run("sine 0-40 % a day", 1);

        report.From(7).NeverUnder20OnTheMinute();
        Assert.InRange(report.OwnLater(), 0, 1);
    }

    [Fact]
    public void Six_busy_hours_a_day_are_left_alone()
    {
        var report = Run("80 % for 6 h a day", 1);

        report.From(7).NeverUnder20OnTheMinute();
        Assert.InRange(report.OwnLater(), 0, 0.5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_high_load_average_without_CPU_use_does_not_lose_the_machine(int seed) =>
        Run("load average 0.7 at 2 % CPU", seed).From(7).NeverUnder20OnTheMinute();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_outage_of_two_days_is_survived(int seed) =>
        Run("2-day outage on day 14", seed).From(7).NeverUnder20OnTheMinute();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Two_days_unattended_are_made_up_within_nine_hours(int seed)
    {
        var report = Run("daemon down for 2 days on day 14", seed);

        report.From(16 + 9 / 24.0).NeverUnder20OnTheMinute();
        report.From(7).Where(hour => hour.At < SimulationOptions.Start.AddDays(14)).NeverUnder20OnTheMinute();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void After_an_idle_week_the_threshold_is_reached_within_nine_hours(int seed) =>
        Run("an idle week before the start", seed).From(9 / 24.0).NeverUnder20OnTheMinute();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void When_real_load_goes_the_budget_is_there_before_it_leaves_the_window(int seed) =>
        Run("load falls from 40 % to 0 on day 14", seed).From(7).NeverUnder20OnTheMinute();

    [Theory]
    [MemberData(nameof(Traces))]
    public void Real_traces_never_fall_under_the_threshold(string trace) =>
        Run(trace, 1).From(7).NeverUnder20OnTheMinute();

    private static SimulationReport Run(string name, int seed) => Figures.Run(name, CpuStrategy.Slots, seed);
}
