using System.Numerics;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>
/// The occupied buckets of a latency histogram as bytes: some KB where <see cref="LatencyHistogram"/> takes 136 KiB, and it
/// is added to a histogram without making another one. It loses nothing. Immutable.
/// </summary>
public sealed class HistogramData
{
    /// <summary>Largest encoded histogram: every bucket of 3 digits occupied.</summary>
    internal const int MostBytes = 256 << 10;
    private const long MostCount = 1L << 62;

    private readonly byte[] _bytes;

    private HistogramData(byte[] bytes, long count) => (_bytes, Count) = (bytes, count);

    public static HistogramData Empty { get; } = new([], 0);

    public long Count { get; }

    public int Length => _bytes.Length;

    public static HistogramData Of(LatencyHistogram histogram)
    {
        if (histogram.Count == 0)
            return Empty;
        var to = new MessageWriter();
        to.Byte((byte)histogram.Digits);
        to.Unsigned((ulong)histogram.Clamped);
        to.Unsigned((ulong)histogram.Min);
        to.Unsigned((ulong)(histogram.Max - histogram.Min));
        long before = 0;
        foreach (var (value, count) in histogram.RawBuckets())
        {
            // Steps and counts below 16 share one byte; a zero half means that the number follows.
            var step = (value - before) / Unit(before, histogram.Digits);
            to.Byte((byte)((step < 16 ? step << 4 : 0) | (count < 16 ? count : 0)));
            if (step >= 16)
                to.Unsigned((ulong)step);
            if (count >= 16)
                to.Unsigned((ulong)count);
            before = value;
        }

        return new HistogramData(to.ToArray(), histogram.Count);
    }

    public void AddTo(LatencyHistogram histogram)
    {
        if (Count > 0)
            Walk(_bytes, histogram);
    }

    public LatencyHistogram ToHistogram()
    {
        var histogram = new LatencyHistogram(Count == 0 ? 2 : _bytes[0]);
        AddTo(histogram);
        return histogram;
    }

    internal void Write(MessageWriter to) => to.Bytes(_bytes);

    internal static HistogramData Read(ref MessageReader from, string field)
    {
        var bytes = from.Bytes(field, MostBytes);
        return bytes.IsEmpty ? Empty : new HistogramData(bytes.ToArray(), Walk(bytes, null));
    }

    /// <summary>Reads and checks every bucket; returns the number of values.</summary>
    private static long Walk(ReadOnlySpan<byte> bytes, LatencyHistogram? to)
    {
        var from = new MessageReader("histogram", bytes);
        var digits = from.Byte("digits");
        if (digits is not (>= 1 and <= 3))
            throw from.Problem("digits", "expected 1 to 3");
        var clamped = from.Positive("clamped values", MostCount);
        var min = from.Positive("minimum", LatencyHistogram.HighestMicroseconds);
        var max = min + from.Positive("maximum", LatencyHistogram.HighestMicroseconds - min);
        long value = 0, total = 0;
        while (from.Left > 0)
        {
            var both = from.Byte("bucket");
            var unit = Unit(value, digits);
            var step = both >> 4 is var few and > 0 ? few : from.Positive("bucket", LatencyHistogram.HighestMicroseconds);
            var count = (both & 15) is var small and > 0 ? small : from.Positive("values of a bucket", MostCount - total);
            if (step == 0 || count == 0 || count > MostCount - total || step * unit > LatencyHistogram.HighestMicroseconds - value)
                throw from.Problem("bucket", "empty, twice, or above 60 s");
            value += step * unit;
            total += count;
            to?.AddBucket(value, count);
        }

        if (total == 0 || clamped > total || min == 0)
            throw from.Problem("values", $"{total} in all, {clamped} clamped, minimum {min}; expected at least one, not more clamped than all, a minimum from 1");
        to?.AddExtremes(min, max, clamped);
        return total;
    }

    /// <summary>Width of the bucket of a value: one above it begins a multiple of it later.</summary>
    private static long Unit(long value, int digits)
    {
        var bits = digits switch { 1 => 5, 2 => 8, _ => 11 };
        return 1L << Math.Max(0, BitOperations.Log2((ulong)value | 1) + 1 - bits);
    }
}
