namespace LoadShaper.Replay.Tests;

public sealed class TimeRangeTests
{
    private static readonly DateTimeOffset End = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-20", "2026-11-20T00:00:00Z")]
    [InlineData("2026-11-20T14:30", "2026-11-20T14:30:00Z")]
    [InlineData("2026-11-20T14:30:15+01:00", "2026-11-20T13:30:15Z")]
    [InlineData("2d", "2026-11-19T12:00:00Z")]
    [InlineData("1.5h", "2026-11-21T10:30:00Z")]
    [InlineData("30m", "2026-11-21T11:30:00Z")]
    [InlineData("03:00", "2026-11-21T03:00:00Z")]
    [InlineData("12:00", "2026-11-21T12:00:00Z")]
    [InlineData("12:01", "2026-11-20T12:01:00Z")]
    [InlineData("9:30:15Z", "2026-11-21T09:30:15Z")]
    public void A_time_is_UTC_or_a_duration_before_the_end(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), TimeRange.Parse(text, End));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2w")]
    [InlineData("25:00")]
    [InlineData("Jan 5")]
    [InlineData("2026")]
    [InlineData("")]
    public void What_is_no_time_is_a_clear_error(string text) =>
        Assert.Contains("write UTC like", Assert.Throws<FormatException>(() => TimeRange.Parse(text, End)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0d")]
    [InlineData("day")]
    public void What_is_no_duration_is_a_clear_error(string text) =>
        Assert.Contains("write a number and", Assert.Throws<FormatException>(() => TimeRange.ParseDuration(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_range_has_its_start_and_not_its_end()
    {
        var range = new TimeRange(End, End.AddHours(1));

        Assert.True(range.Contains(End));
        Assert.False(range.Contains(End.AddHours(1)));
        Assert.False(range.Contains(End.AddTicks(-1)));
    }
}
