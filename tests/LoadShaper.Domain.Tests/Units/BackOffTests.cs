using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Units;

public sealed class BackOffTests
{
    private static readonly BackOff BackOff = new(First: TimeSpan.FromSeconds(5), Longest: TimeSpan.FromMinutes(5));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(6, 160)]
    [InlineData(7, 300)]
    [InlineData(100, 300)]
    [InlineData(int.MaxValue, 300)]
    [InlineData(-1, 0)]
    public void The_delay_doubles_with_each_failure_up_to_the_longest(int failures, double seconds) =>
        Assert.Equal(seconds, (BackOff with { Failures = failures }).Delay.TotalSeconds);

    [Fact]
    public void A_success_starts_it_again()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), BackOff.Next().Next().Delay);
        Assert.Equal(TimeSpan.FromSeconds(5), BackOff.Next().Next().Reset().Next().Delay);
    }

    [Fact]
    public void A_first_delay_above_the_longest_is_the_longest() =>
        Assert.Equal(TimeSpan.FromSeconds(1), new BackOff(TimeSpan.FromHours(1), TimeSpan.FromSeconds(1), 1).Delay);
}
