using Xunit;

namespace LoadShaper.Simulation.Tests;

public class HindsightBoundTests
{
    private const int Week = 7 * 24 * 60;

    [Fact]
    public void An_idle_week_needs_nine_hours() =>
        Assert.Equal(18 * 9 * 60.0 / Week, HindsightBound.Of([.. Enumerable.Repeat(2.0, Week)]), 9);

    [Fact]
    public void A_busy_week_needs_nothing() =>
        Assert.Equal(0, HindsightBound.Of([.. Enumerable.Repeat(20.0, Week)]));

    [Fact]
    public void Hours_that_real_load_fills_leave_the_minutes_of_each_day()
    {
        // The first day is busy: its hours suffice for the week, the other six days lack 73 minutes each.
        var week = Enumerable.Range(0, Week).Select(minute => minute < 24 * 60 ? 50.0 : 0).ToArray();
        Assert.Equal(20 * 6 * 73.0 / Week, HindsightBound.Of(week), 9);
    }

    [Fact]
    public void Weeks_are_averaged_and_a_broken_one_is_left_out()
    {
        var minutes = Enumerable.Repeat(0.0, Week).Concat(Enumerable.Repeat(20.0, Week + 100)).ToArray();
        Assert.Equal(20 * 9 * 60.0 / Week / 2, HindsightBound.Of(minutes), 9);
        Assert.Throws<ArgumentException>(() => HindsightBound.Of([1, 2, 3]));
    }
}
