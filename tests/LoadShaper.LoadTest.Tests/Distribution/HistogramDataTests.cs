using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Results;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Distribution;

public class HistogramDataTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nothing_is_lost(int digits)
    {
        var histogram = new LatencyHistogram(digits);
        var random = new Random(digits);
        for (var i = 0; i < 3_000; i++)
            histogram.Record((long)Math.Exp(random.NextDouble() * 18.5));
        var again = HistogramData.Of(histogram).ToHistogram();
        Assert.Equal(histogram.Buckets(), again.Buckets());
        Assert.Equal((histogram.Summary(), histogram.Min, histogram.Clamped, digits), (again.Summary(), again.Min, again.Clamped, again.Digits));
    }

    [Fact]
    public void Adding_the_data_is_adding_the_histogram()
    {
        var (two, three) = (Samples.LogNormal(500, 3_000, 1, 1), new LatencyHistogram(2));
        three.Add(Samples.LogNormal(400, 9_000, 1, 2));
        var (expected, actual) = (two.Copy(), two.Copy());
        expected.Add(three);
        HistogramData.Of(three).AddTo(actual);
        HistogramData.Empty.AddTo(actual);
        Assert.Equal(expected.Buckets(), actual.Buckets());
        Assert.Equal(expected.Summary(), actual.Summary());
    }

    [Fact]
    public void An_empty_histogram_has_no_bytes()
    {
        Assert.Same(HistogramData.Empty, HistogramData.Of(new LatencyHistogram()));
        Assert.Equal((0, 0), (HistogramData.Empty.Length, HistogramData.Empty.ToHistogram().Count));
    }
}
