using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.History;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Tests.Sampling;
using Xunit;

namespace LoadShaper.Domain.Tests.History;

public sealed class WeekHistoryTests
{
    private const int Day = 24 * 60;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly WeekHistory _history = new(IdleRule.Oracle, Period);

    [Fact]
    public void Seven_days_are_337_points_without_a_hole()
    {
        var points = _history.PointsAt(Minutes.Monday.AddMinutes(10));

        Assert.Equal(337, points.Count);
        Assert.Equal(Minutes.Monday, points[^1].Start);
        Assert.All(points.Zip(points.Skip(1)), pair => Assert.Equal(WeekHistory.Step, pair.Second.Start - pair.First.Start));
        Assert.All(points, point => Assert.Equal((0, null, null), (point.SeenMinutes, point.Own, point.Gate)));
    }

    [Fact]
    public void A_point_has_the_means_of_its_minutes_and_own_foreign_and_steal_add_up()
    {
        _history.Add(Minutes.At(0, busy: 30, own: 10, withoutSteal: 26) with { Memory = 40, Network = 1 });
        _history.Add(Minutes.At(1, busy: 50, own: 20, withoutSteal: 50) with { Memory = 42 });
        _history.Add(Minutes.At(30, busy: 99));

        var points = _history.PointsAt(Minutes.Monday.AddMinutes(31));
        var point = points[^2];

        Assert.Equal(2, point.SeenMinutes);
        Assert.Equal(15, point.Own);
        Assert.Equal(2, point.Steal);
        Assert.Equal(23, point.Foreign);
        Assert.Equal(40, point.Own + point.Foreign + point.Steal);
        Assert.Equal(41, point.Memory);
        Assert.Equal(1, point.Network);
        Assert.Equal(99, points[^1].Foreign);
    }

    [Fact]
    public void Gate_and_plans_are_shares_of_the_reported_time()
    {
        Report(0, 60, SlotKind.High);
        Report(60, 120, SlotKind.Held, GatePosition.Closed, GateCauses.ForeignCpu);
        Report(180, 60, SlotKind.Held, GatePosition.HeldByLoadAverage, GateCauses.LoadAverage);

        var point = _history.PointsAt(Minutes.Monday.AddSeconds(240))[^1];

        Assert.Equal(0.5, point.Gate!.Closed, 3);
        Assert.Equal(0.25, point.Gate.Held, 3);
        Assert.Equal(GateCauses.ForeignCpu | GateCauses.LoadAverage, point.Gate.Causes);
        Assert.Equal(0.25, point.Plans![PlanKind.High], 3);
        Assert.Equal(0.75, point.Plans[PlanKind.Held], 3);
        Assert.Equal(1, point.Plans.ByKind.Sum(), 6);
    }

    [Fact]
    public void The_percentile_of_a_point_is_the_lowest_that_was_reported_in_it()
    {
        _history.Add(Reports.At(Minutes.Monday.AddSeconds(5), p95: 24));
        _history.Add(Reports.At(Minutes.Monday.AddSeconds(10), p95: 19));
        _history.Add(Reports.At(Minutes.Monday.AddSeconds(15), p95: 22));

        Assert.Equal(new CpuFigures(19, 20, 21, null), _history.PointsAt(Minutes.Monday.AddSeconds(15))[^1].P95);
    }

    [Fact]
    public void Time_without_a_report_belongs_to_no_plan()
    {
        _history.Add(Reports.At(Minutes.Monday.AddSeconds(5), SlotKind.High));
        _history.Add(Reports.At(Minutes.Monday.AddMinutes(20), SlotKind.Baseline));
        _history.Add(Reports.At(Minutes.Monday.AddMinutes(20) + Period, SlotKind.Baseline));

        Assert.Equal(1, _history.PointsAt(Minutes.Monday.AddMinutes(21))[^1].Plans![PlanKind.Baseline]);
    }

    [Fact]
    public void What_is_older_than_seven_days_is_gone_and_the_ring_does_not_show_it_again()
    {
        _history.Add(Minutes.At(0, 80));
        _history.Add(Minutes.At(7 * Day + 30, 10));

        var points = _history.PointsAt(Minutes.Monday.AddMinutes(7 * Day + 31));

        Assert.Equal([points[^1]], points.Where(point => point.SeenMinutes > 0));
        Assert.Equal(10, points[^1].Foreign);
        Assert.All(_history.PointsAt(Minutes.Monday.AddMinutes(30 * Day)), point => Assert.Equal(0, point.SeenMinutes));
    }

    [Fact]
    public void A_minute_that_comes_twice_counts_once_and_a_clock_that_was_never_set_is_no_error()
    {
        _history.Add(Minutes.At(3, 20));
        _history.Add(Minutes.At(3, 90));
        _history.Add(Reports.At(DateTimeOffset.UnixEpoch));
        _history.Add(new MinuteMean(DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1), 5, 5, 0));

        Assert.Equal(20, _history.PointsAt(Minutes.Monday.AddMinutes(4))[^1].Foreign);
        Assert.Equal(5, _history.PointsAt(DateTimeOffset.UnixEpoch.AddMinutes(1))[^1].Foreign);
    }

    [Fact]
    public void The_version_changes_with_each_minute_and_not_with_each_report()
    {
        _history.Add(Minutes.At(0, 20));
        var version = _history.Version;
        _history.Add(Reports.At(Minutes.Monday.AddMinutes(1)));

        Assert.Equal(version, _history.Version);
        _history.Add(Minutes.At(1, 20));
        Assert.NotEqual(version, _history.Version);
    }

    [Fact]
    public void Stored_minutes_restore_CPU_and_percentiles_as_if_they_had_been_seen_live()
    {
        var readings = new CpuReadings(IdleRule.Oracle);
        var minutes = Enumerable.Range(0, 9 * Day).Where(minute => minute is < 8000 or > 8400)
            .Select(minute => Minutes.At(minute, minute % 15 == 0 ? 40 : 8, own: 3)).ToList();
        foreach (var minute in minutes)
            readings.Add(minute);
        var now = Minutes.Monday.AddMinutes(9 * Day);
        _history.Restore(minutes, now);

        var points = _history.PointsAt(now.AddTicks(-1));

        Assert.Equal(337, points.Count);
        Assert.Equal(readings.Pessimistic.Minute, points[^1].P95.Minute);
        Assert.Equal(readings.Pessimistic.Hour, points[^1].P95.Hour);
        Assert.Equal(30, points[^1].SeenMinutes);
        Assert.Equal(3, points[^1].Own);
        var gap = points.Single(point => point.Start == Minutes.Monday.AddMinutes(8100));
        Assert.Equal((0, null, null), (gap.SeenMinutes, gap.Own, gap.P95.Minute));
    }

    [Fact]
    public void Restoring_does_not_count_live_minutes_twice()
    {
        _history.Add(Minutes.At(10, 20, own: 20));
        _history.Add(Minutes.At(11, 20, own: 20));
        _history.Restore([.. Enumerable.Range(0, 12).Select(minute => Minutes.At(minute, 50, own: 50))], Minutes.Monday.AddMinutes(12));

        var point = _history.PointsAt(Minutes.Monday.AddMinutes(12))[^1];

        Assert.Equal(12, point.SeenMinutes);
        Assert.Equal((10 * 50 + 2 * 20) / 12.0, point.Own!.Value, 6);
    }

    private void Report(int from, int seconds, SlotKind kind, GatePosition gate = GatePosition.Open, GateCauses causes = GateCauses.None)
    {
        if (from == 0)
            _history.Add(Reports.At(Minutes.Monday, kind));
        for (var at = from + 5; at <= from + seconds; at += 5)
            _history.Add(Reports.At(Minutes.Monday.AddSeconds(at), kind, gate, causes));
    }
}
