using LoadShaper.Domain.Sampling;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling;

public class JitterPolicyTests
{
    private static readonly SamplingSettings Settings = new() { JitterPercent = 10, JitterPeriod = TimeSpan.FromSeconds(5) };
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static double[] Draw(Random random, int count) =>
        Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1).ToArray();

    [Theory]
    [InlineData(60)]
    [InlineData(58)]
    [InlineData(7)]
    [InlineData(3)]
    public void The_mean_over_a_window_is_one_and_no_factor_leaves_its_band(int seconds)
    {
        var random = new Random(seconds);
        var window = new JitterWindow(Noon, Noon.AddSeconds(seconds));
        for (var i = 0; i < 200; i++)
        {
            var jitter = JitterPolicy.Decide(Settings, window, Draw(random, JitterPolicy.Draws(Settings, window)));

            var seen = Enumerable.Range(0, 10 * seconds).Select(tenth => jitter.At(Noon.AddSeconds(tenth / 10.0))).ToArray();
            Assert.Equal(1, seen.Average(), 9);
            Assert.All(seen, factor => Assert.InRange(factor, 0.9 - 1e-9, 1.1 + 1e-9));
        }
    }

    [Fact]
    public void It_moves_the_load_within_a_minute()
    {
        var window = new JitterWindow(Noon, Noon.AddMinutes(1));
        var jitter = JitterPolicy.Decide(Settings, window, Draw(new Random(1), 12));

        Assert.True(jitter.Factors.Max() - jitter.Factors.Min() > 0.05);
    }

    [Fact]
    public void A_window_never_crosses_the_end_of_the_minute_or_of_the_plan()
    {
        var at = Noon.AddSeconds(20);

        Assert.Equal(Noon.AddMinutes(1), JitterWindow.For(Noon.AddMinutes(5), at).End);
        Assert.Equal(Noon.AddSeconds(30), JitterWindow.For(Noon.AddSeconds(30), at).End);
    }

    [Fact]
    public void Outside_its_window_it_changes_nothing()
    {
        var jitter = JitterPolicy.Decide(Settings, new JitterWindow(Noon, Noon.AddMinutes(1)), Draw(new Random(1), 12));

        Assert.Equal(1, jitter.At(Noon.AddMinutes(1)));
        Assert.Equal(1, jitter.At(Noon.AddTicks(-1)));
        Assert.Equal(1, Jitter.None.At(Noon));
    }

    [Fact]
    public void A_factor_holds_until_the_next_or_the_end_of_the_window()
    {
        var jitter = JitterPolicy.Decide(Settings, new JitterWindow(Noon.AddSeconds(3), Noon.AddSeconds(15)), Draw(new Random(1), 3));

        Assert.Equal(Noon.AddSeconds(8), jitter.EndOf(Noon.AddSeconds(3)));
        Assert.Equal(Noon.AddSeconds(13), jitter.EndOf(Noon.AddSeconds(8)));
        Assert.Equal(Noon.AddSeconds(15), jitter.EndOf(Noon.AddSeconds(14)));
        Assert.Null(jitter.EndOf(Noon.AddSeconds(15)));
        Assert.Null(jitter.EndOf(Noon));
        Assert.Null(Jitter.None.EndOf(Noon));
    }

    [Fact]
    public void A_wrong_number_of_draws_is_refused()
    {
        var window = new JitterWindow(Noon, Noon.AddMinutes(1));

        var refused = Assert.Throws<ArgumentException>(() => JitterPolicy.Decide(Settings, window, [0.5]));
        Assert.Contains("takes 12 draws, not 1", refused.Message);
    }
}
