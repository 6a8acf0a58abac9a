using LoadShaper.Domain.Sampling.Readings;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling.Readings;

public sealed class WindowMeanTests
{
    [Fact]
    public void The_mean_is_over_what_was_seen_within_the_window()
    {
        var mean = new WindowMean(TimeSpan.FromMinutes(3));
        Assert.Null(mean.Value);
        mean.Add(1_000_000, 10);
        mean.Add(1_000_001, null);
        mean.Add(1_000_002, 40);
        Assert.Equal(25, mean.Value);

        mean.Add(1_000_003, 50);
        Assert.Equal(45, mean.Value);
    }

    [Fact]
    public void A_gap_longer_than_the_window_leaves_nothing_of_before()
    {
        var mean = new WindowMean(TimeSpan.FromMinutes(3));
        mean.Add(1_000_000, 10);
        mean.Add(2_000_000, 30);

        Assert.Equal(30, mean.Value);
    }

    [Fact]
    public void An_older_minute_is_ignored()
    {
        var mean = new WindowMean(TimeSpan.FromMinutes(3));
        mean.Add(1_000_000, 10);
        mean.Add(999_999, 90);

        Assert.Equal(10, mean.Value);
    }
}
