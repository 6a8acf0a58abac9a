using Xunit;

namespace LoadShaper.Simulation.Tests;

public class PatternParserTests
{
    [Theory]
    [InlineData("idle", 0, 2)]
    [InlineData("constant:10", 5, 10)]
    [InlineData("constant:0.5", 5, 0.5)]
    [InlineData("sine:0:40", 0, 0)]
    [InlineData("sine:0:40", 6, 20)]
    [InlineData("sine:0:40", 12, 40)]
    [InlineData("sine:10:40", 24, 10)]
    [InlineData("busy:80:6h", 8.99, 2)]
    [InlineData("busy:80:6h", 9, 80)]
    [InlineData("busy:80:6h", 14.99, 80)]
    [InlineData("busy:80:6h", 15, 2)]
    [InlineData("busy:80:18h", 2, 80)]
    [InlineData("step:40:0:14d", 335.99, 40)]
    [InlineData("step:40:0:14d", 336, 0)]
    public void A_pattern_is_a_load_over_the_hours(string pattern, double hour, double percent) =>
        Assert.Equal(percent, PatternParser.ParseForeign(pattern).At(TimeSpan.FromHours(hour)), 6);

    [Fact]
    public void A_stretch_begins_at_its_time_and_lasts()
    {
        var stretch = PatternParser.ParseStretch("14d:36h");

        Assert.False(stretch.Contains(TimeSpan.FromDays(13.99)));
        Assert.True(stretch.Contains(TimeSpan.FromDays(14)));
        Assert.True(stretch.Contains(TimeSpan.FromDays(15.49)));
        Assert.False(stretch.Contains(TimeSpan.FromDays(15.5)));
    }

    [Fact]
    public void A_history_has_a_length_and_a_pattern_of_its_own()
    {
        var history = PatternParser.ParseHistory("7d:sine:0:40");

        Assert.Equal(TimeSpan.FromDays(7), history.For);
        Assert.Equal(40, history.Load.At(TimeSpan.FromHours(-12)), 6);
    }

    [Theory]
    [InlineData("calm", "write idle, constant:LEVEL")]
    [InlineData("constant", "write idle, constant:LEVEL")]
    [InlineData("constant:101", "'101' is not a percentage")]
    [InlineData("constant:3,5", "'3,5' is not a percentage")]
    [InlineData("constant:-1", "'-1' is not a percentage")]
    [InlineData("constant:NaN", "'NaN' is not a percentage")]
    [InlineData("sine:40:0", "swap them")]
    [InlineData("busy:80:6", "'6' is not a duration")]
    [InlineData("busy:80:25h", "at most 24h")]
    [InlineData("step:40:0:soon", "'soon' is not a duration")]
    [InlineData("step:40:0:9999999d", "is not a duration")]
    [InlineData("no-such.csv", "cannot be read")]
    public void An_invalid_pattern_is_reported_with_its_fix(string pattern, string part) =>
        Assert.Contains(part, Assert.Throws<PatternException>(() => PatternParser.ParseForeign(pattern)).Message);

    [Theory]
    [InlineData("14d")]
    [InlineData("14d:")]
    [InlineData("14d:0d")]
    [InlineData("14d:2d:1d")]
    [InlineData("x:2d")]
    public void An_invalid_range_is_reported(string text) =>
        Assert.Contains(text, Assert.Throws<PatternException>(() => PatternParser.ParseStretch(text)).Message);

    [Theory]
    [InlineData("7d")]
    [InlineData("idle:7d")]
    [InlineData("0d:idle")]
    [InlineData("367d:idle")]
    public void A_file_that_is_no_history_is_reported(string text) => Assert.Throws<PatternException>(() => PatternParser.ParseHistory(text));
}
