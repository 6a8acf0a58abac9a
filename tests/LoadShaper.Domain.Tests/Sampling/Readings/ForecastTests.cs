using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling.Readings;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling.Readings;

public class ForecastTests
{
    private const int Day = 24 * 60;

    private readonly CpuReadings _readings = new(IdleRule.Oracle);

    [Fact]
    public void A_machine_that_was_never_seen_holds_nothing()
    {
        var outlook = new Forecast(_readings).Now();

        Assert.Null(outlook.Holds);
        Assert.Null(outlook.RealHolds);
        Assert.Equal(100, outlook.Pace);
    }

    [Fact]
    public void A_busy_week_holds_until_the_last_505_minutes_and_9_hours_leave_the_window()
    {
        _readings.AddRange(0, 7 * Day, 40);
        var outlook = new Forecast(_readings).Now();

        // 168 - 9 hours.
        Assert.Equal(159, outlook.Holds);
        Assert.Equal(159, outlook.RealHolds);
    }

    [Fact]
    public void What_we_made_ourselves_is_not_real_load()
    {
        _readings.AddRange(0, 7 * Day, 40, own: 21);
        var outlook = new Forecast(_readings).Now();

        Assert.Equal(159, outlook.Holds);
        Assert.Null(outlook.RealHolds);
    }

    [Fact]
    public void Minutes_in_the_wrong_places_do_not_hold()
    {
        for (var minute = 0; minute < 7 * Day; minute++)
            _readings.Add(Minutes.At(minute, minute % 15 == 0 ? 90 : 2));

        Assert.Equal(672, _readings.ReachedMinutes);
        Assert.Null(new Forecast(_readings).Now().Holds);
    }

    [Fact]
    public void The_pace_is_five_percent_for_a_machine_with_what_it_needs_spread_evenly()
    {
        for (var minute = 0; minute < 7 * Day; minute++)
            _readings.Add(Minutes.At(minute, minute % 15 == 0 ? 90 : 2));

        Assert.InRange(new Forecast(_readings).Now().Pace, 5.0, 5.1);
    }

    [Fact]
    public void The_pace_grows_before_real_load_leaves_the_window()
    {
        _readings.AddRange(0, 7 * Day, 40);
        _readings.AddRange(7 * Day, 5 * Day, 2);

        // Two days of real load are left: 505 minutes in what comes after the first 39.6 hours of them.
        Assert.InRange(new Forecast(_readings).Now().Pace, 17, 18);
    }

    [Fact]
    public void It_looks_again_when_minutes_were_counted()
    {
        var outlook = new Forecast(_readings);
        Assert.Null(outlook.Now().Holds);
        _readings.AddRange(0, 9 * 60, 40);

        Assert.Equal(159, outlook.Now().Holds);
    }
}
