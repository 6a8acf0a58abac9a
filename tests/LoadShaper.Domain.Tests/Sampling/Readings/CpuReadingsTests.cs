using FsCheck;
using FsCheck.Fluent;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling.Readings;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling.Readings;

public class CpuReadingsTests
{
    private const int Day = 24 * 60;
    private const int Week = 7 * Day;

    private readonly CpuReadings _readings = new(IdleRule.Oracle);

    [Theory]
    [InlineData(10_080, 505)]
    [InlineData(2_016, 101)]
    [InlineData(1_440, 73)]
    [InlineData(168, 9)]
    public void Nearest_rank_asks_for_so_many_of_the_largest_values(int values, int needed) =>
        Assert.Equal(needed, IdleRule.Oracle.Needed(values));

    [Fact]
    public void Before_anything_was_seen_there_is_no_figure()
    {
        Assert.Null(_readings.Busy.Minute);
        Assert.Equal(0, _readings.Pessimistic.Minute);
        Assert.Null(_readings.WatchedSince);
        Assert.Equal(Week, _readings.MissingMinutes);
    }

    [Fact]
    public void A_week_with_505_busy_minutes_passes_and_with_504_it_does_not()
    {
        _readings.AddRange(0, Week - 505, 2);
        _readings.AddRange(Week - 505, 504, 20);
        _readings.Add(Minutes.At(Week - 1, 2));
        Assert.Equal(2, _readings.Busy.Minute);

        _readings.Add(Minutes.At(Week, 20));
        Assert.Equal(20, _readings.Busy.Minute);
    }

    [Fact]
    public void A_value_just_under_the_threshold_is_never_rounded_up_to_it()
    {
        _readings.AddRange(0, Week, 19.9999);

        Assert.Equal(19.99, _readings.Busy.Minute);
        Assert.Equal(19.99, _readings.Busy.FiveMinutes);
        Assert.Equal(19.99, _readings.Busy.Hour);
    }

    [Fact]
    public void A_value_of_exactly_the_threshold_survives_binary_fractions()
    {
        // 20 = 0.1 + (20 - 0.1) is 19.999999999999996 in some orders of adding.
        _readings.AddRange(0, Week, 0.1 + 0.7 + (20 - 0.8));

        Assert.Equal(20, _readings.Busy.Minute);
        Assert.Equal(20, _readings.Busy.Hour);
    }

    [Fact]
    public void Load_in_the_wrong_places_passes_on_minutes_but_not_on_hours()
    {
        for (var minute = 0; minute < Week; minute++)
            _readings.Add(Minutes.At(minute, minute % 15 == 0 ? 30 : 2));

        Assert.Equal(30, _readings.Busy.Minute);
        Assert.InRange(_readings.Busy.FiveMinutes!.Value, 7, 8);
        Assert.InRange(_readings.Busy.Hour!.Value, 3, 4);
        Assert.Equal(_readings.Busy.Hour, _readings.Busy.Lowest);
        Assert.Equal(9 * 60, _readings.LackingMinutes);
    }

    [Fact]
    public void Missing_values_are_reported_in_minutes_first_and_then_on_coarser_grids()
    {
        Assert.Equal(505, _readings.LackingMinutes);
        _readings.AddRange(0, 500, 20);
        Assert.Equal(5, _readings.LackingMinutes);

        // Eight hours and 25 minutes: the ninth hour is not full yet.
        _readings.AddRange(500, 5, 20);
        Assert.Equal(60, _readings.LackingMinutes);
        _readings.AddRange(505, 35, 20);
        Assert.Equal(0, _readings.LackingMinutes);
    }

    [Fact]
    public void Unseen_minutes_are_absent_in_one_figure_and_idle_in_the_other()
    {
        _readings.AddRange(0, 504, 30);

        Assert.Equal(30, _readings.Busy.Minute);
        Assert.Equal(0, _readings.Pessimistic.Minute);

        _readings.Add(Minutes.At(504, 30));
        Assert.Equal(30, _readings.Pessimistic.Minute);
    }

    [Fact]
    public void Time_that_passes_unseen_takes_old_minutes_out_of_the_window()
    {
        _readings.AddRange(0, Week, 30);
        _readings.AdvanceTo(Minutes.Monday.AddDays(12));

        Assert.Equal(2 * Day, _readings.SeenMinutes);
        Assert.Equal(30, _readings.Busy.Minute);
        _readings.AdvanceTo(Minutes.Monday.AddDays(500));
        Assert.Equal(0, _readings.SeenMinutes);
        Assert.Null(_readings.Busy.Minute);
    }

    [Fact]
    public void A_late_minute_does_not_change_what_was_counted()
    {
        _readings.AddRange(0, 10, 30);
        _readings.Add(Minutes.At(3, 99));

        Assert.Equal(10, _readings.SeenMinutes);
        Assert.Equal(30, _readings.Busy.Minute);
    }

    [Fact]
    public void An_hour_seen_by_less_than_half_does_not_count()
    {
        _readings.AddRange(0, 29, 30);
        _readings.AdvanceTo(Minutes.Monday.AddHours(1));
        Assert.Null(_readings.Busy.Hour);

        _readings.AddRange(60, 30, 30);
        _readings.AdvanceTo(Minutes.Monday.AddHours(2));
        Assert.Equal(30, _readings.Busy.Hour);
    }

    [Fact]
    public void The_worst_whole_day_counts_once_it_is_over()
    {
        _readings.AddRange(0, Day, 30);
        _readings.AddRange(Day, 72, 30);
        _readings.AddRange(Day + 72, Day - 73, 2);
        Assert.Equal(30, _readings.Busy.Day);

        _readings.Add(Minutes.At(2 * Day - 1, 2));
        Assert.Equal(2, _readings.Busy.Day);
        Assert.Equal(2, _readings.LastDay);
    }

    [Fact]
    public void Without_steal_is_kept_beside()
    {
        for (var minute = 0; minute < Week; minute++)
            _readings.Add(Minutes.At(minute, 25, own: 20, withoutSteal: 18));

        Assert.Equal(25, _readings.Busy.Minute);
        Assert.Equal(18, _readings.WithoutSteal.Minute);
    }

    [Fact]
    public void Today_counts_minutes_at_the_threshold_from_midnight_on()
    {
        _readings.AddRange(0, Day, 30);
        _readings.AddRange(Day, 7, 20);
        _readings.AddRange(Day + 7, 3, 19.99);

        Assert.Equal((7, 10), _readings.Today);
    }

    [Fact]
    public void The_counts_shrink_as_the_window_moves_on()
    {
        _readings.AddRange(0, 2 * 60, 30);
        _readings.AddRange(120, Week - 120, 2, own: 1);

        var ahead = new Forecast(_readings).Now().Ahead;

        Assert.Equal(new WindowCounts(120, 24, 2), ahead[0]);
        Assert.Equal(new WindowCounts(60, 12, 1), ahead[1]);
        Assert.Equal(new WindowCounts(0, 0, 0), ahead[2]);
    }

    [Fact]
    public void The_estimator_equals_a_sort_of_all_values()
    {
        // Minutes with gaps, over more than one window of a short rule.
        var rule = new IdleRule(20, 1, 95);
        var minute = Gen.OneOf(Gen.Constant<double?>(null), Gen.Choose(0, 1_000_000).Select(x => (double?)(x / 10_000.0)));
        var history = Gen.Choose(1, 2_000).SelectMany(minute.ArrayOf);

        Prop.ForAll(history.ToArbitrary(), values =>
        {
            var readings = new CpuReadings(rule);
            for (var i = 0; i < values.Length; i++)
                if (values[i] is { } busy)
                    readings.Add(Minutes.At(i, busy));
            readings.AdvanceTo(Minutes.Monday.AddMinutes(values.Length));

            return readings.Busy.Minute == Sorted(rule, values, 1, pessimistic: false)
                && readings.Busy.FiveMinutes == Sorted(rule, values, 5, pessimistic: false)
                && readings.Busy.Hour == Sorted(rule, values, 60, pessimistic: false)
                && (values.All(v => v is null)
                    || (readings.Pessimistic.Minute == Sorted(rule, values, 1, pessimistic: true)
                        && readings.Pessimistic.FiveMinutes == Sorted(rule, values, 5, pessimistic: true)
                        && readings.Pessimistic.Hour == Sorted(rule, values, 60, pessimistic: true)));
        }).QuickCheckThrowOnFailure();
    }

    // The definition, by brute force.
    private static double? Sorted(IdleRule rule, double?[] values, int grid, bool pessimistic)
    {
        var window = rule.Days * Day / grid;
        var all = values.Chunk(grid)
            .Where(chunk => chunk.Length == grid)
            .Select(chunk => pessimistic ? (chunk.Sum() ?? 0) / grid
                : chunk.Count(v => v is not null) * 2 >= grid ? chunk.Average() : null)
            .TakeLast(window).OfType<double>()
            .Concat(Enumerable.Repeat(0.0, pessimistic ? Math.Max(0, window - values.Length / grid) : 0))
            .Select(v => Math.Floor(v * 100 + 1e-7) / 100).Order().ToArray();
        return all.Length == 0 ? null : all[(int)Math.Ceiling(0.95 * all.Length) - 1];
    }
}
