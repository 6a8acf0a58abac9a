using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Sampling;
using Xunit;

namespace LoadShaper.Domain.Tests.Lifecycle;

public sealed class GapPolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(5, 5, null)]
    [InlineData(9, 5, null)]
    [InlineData(2, 5, null)]
    [InlineData(3605, 5, GapCause.ClockForward)]
    [InlineData(-3600, 5, GapCause.ClockBackward)]
    [InlineData(120, 120, GapCause.Suspend)]
    public void The_two_clocks_together_show_what_happened(int wallSeconds, int monotonicSeconds, GapCause? expected)
    {
        var gap = GapPolicy.Decide(Sample(Noon, 5), Sample(Noon.AddSeconds(wallSeconds), monotonicSeconds), Usual);

        Assert.Equal(expected, gap?.Cause);
    }

    [Fact]
    public void The_first_sample_is_no_gap() => Assert.Null(GapPolicy.Decide(null, Sample(Noon, 5), Usual));

    [Fact]
    public void A_start_after_events_reports_the_downtime()
    {
        Assert.Null(GapPolicy.AtStart(null, Noon));
        Assert.Equal(new GapSeen(Noon, Noon.AddHours(-2), GapCause.Downtime), GapPolicy.AtStart(Noon.AddHours(-2), Noon));
        Assert.Equal(GapCause.ClockBackward, GapPolicy.AtStart(Noon.AddHours(2), Noon)!.Cause);
    }

    [Fact]
    public void A_clock_before_2020_is_not_set()
    {
        Assert.False(GapPolicy.IsClockSet(new DateTimeOffset(2019, 12, 31, 23, 59, 59, TimeSpan.Zero)));
        Assert.True(GapPolicy.IsClockSet(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    private static Sample Sample(DateTimeOffset at, int seconds) => new(at, TimeSpan.FromSeconds(seconds), 2, null, null, null, null);
}
