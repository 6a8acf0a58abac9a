using LoadShaper.LoadTest.Results;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Results;

public class LatencyHistogramTests
{
    [Fact]
    public void Values_outside_the_range_are_clamped_and_counted()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        histogram.Record(0);
        histogram.Record(LatencyHistogram.HighestMicroseconds + 1);

        Assert.Equal(3, histogram.Count);
        Assert.Equal(1, histogram.Clamped);
        Assert.Equal(1, histogram.Min);
        Assert.Equal(LatencyHistogram.HighestMicroseconds, histogram.Max);
    }

    [Fact]
    public void An_empty_histogram_has_zero_percentiles()
    {
        Assert.Equal(default, new LatencyHistogram().Summary());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Encoding_keeps_everything(int digits)
    {
        var histogram = new LatencyHistogram(digits);
        for (var i = 1; i < 5_000; i++)
            histogram.Record(i * 37L);
        histogram.Record(LatencyHistogram.HighestMicroseconds * 2);

        var decoded = LatencyHistogram.Decode(histogram.Encode());

        Assert.Equal(histogram.Summary(), decoded.Summary());
        Assert.Equal((histogram.Min, histogram.Clamped, histogram.Digits), (decoded.Min, decoded.Clamped, decoded.Digits));
        Assert.Equal(histogram.Buckets(), decoded.Buckets());
    }

    [Fact]
    public void Merged_histograms_equal_one_that_saw_all()
    {
        var all = new LatencyHistogram();
        var parts = new[] { new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram() };
        for (var i = 1; i < 9_000; i++)
        {
            all.Record(i * i);
            parts[i % 3].Record(i * i);
        }

        var merged = new LatencyHistogram();
        foreach (var part in parts)
            merged.Add(LatencyHistogram.Decode(part.Encode()));

        Assert.Equal(all.Buckets(), merged.Buckets());
        Assert.Equal(all.Summary(), merged.Summary());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    [InlineData(60)]
    public void Bytes_that_are_no_histogram_are_a_format_error(int length)
    {
        Assert.Throws<FormatException>(() => LatencyHistogram.Decode(new byte[length]));
        var bytes = new byte[length];
        if (length > 0)
            bytes[0] = 1;
        Assert.Throws<FormatException>(() => LatencyHistogram.Decode(bytes));
    }

    [Fact]
    public void Buckets_add_up()
    {
        var histogram = new LatencyHistogram();
        for (var i = 0; i < 1_000; i++)
            histogram.Record(i % 7 * 1_000);
        Assert.Equal(1_000, histogram.Buckets().Last().CumulativeCount);
        Assert.Equal(histogram.Max, histogram.Buckets().Last().Microseconds);
    }
}
