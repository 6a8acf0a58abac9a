using System.Buffers.Binary;
using HdrHistogram;
using HdrHistogram.Utilities;

namespace LoadShaper.LoadTest.Results;

/// <summary>
/// Latencies in microseconds, 1 µs to 60 s. Values outside are recorded at the nearest end and counted in
/// <see cref="Clamped"/> (above only: below 1 µs is 1 µs). Not thread-safe.
/// </summary>
public sealed class LatencyHistogram
{
    public const long HighestMicroseconds = 60_000_000;
    private readonly HistogramBase _counts;

    /// <param name="digits">Significant decimal digits, 1 to 3. 3 digits take 136 KiB, 2 digits 20 KiB.</param>
    public LatencyHistogram(int digits = 3)
        : this(new LongHistogram(1, HighestMicroseconds, digits))
    {
    }

    private LatencyHistogram(HistogramBase counts) => _counts = counts;

    /// <summary>For HdrHistogram's own log writer.</summary>
    internal HistogramBase Counts => _counts;

    public int Digits => _counts.NumberOfSignificantValueDigits;
    public long Count => _counts.TotalCount;

    /// <summary>Values above 60 s, recorded as 60 s.</summary>
    public long Clamped { get; private set; }

    /// <summary>Exact, 0 when empty.</summary>
    public long Max { get; private set; }

    /// <summary>Exact, 0 when empty.</summary>
    public long Min { get; private set; }

    public void Record(long microseconds)
    {
        if (microseconds > HighestMicroseconds)
        {
            Clamped++;
            microseconds = HighestMicroseconds;
        }
        else if (microseconds < 1)
        {
            microseconds = 1;
        }

        if (microseconds > Max)
            Max = microseconds;
        if (Min == 0 || microseconds < Min)
            Min = microseconds;
        _counts.RecordValue(microseconds);
    }

    /// <summary>Nearest-rank percentile in microseconds; never above <see cref="Max"/>, 0 when empty.</summary>
    /// <param name="percentile">0 to 100.</param>
    public long Percentile(double percentile) => Count == 0 ? 0 : Math.Min(_counts.GetValueAtPercentile(percentile), Max);

    public LatencySummary Summary() =>
        new(Count, Percentile(50), Percentile(90), Percentile(95), Percentile(99), Percentile(99.9), Max);

    /// <summary>For comparisons of runs, not for headlines.</summary>
    public double Mean => Count == 0 ? 0 : _counts.GetMean();

    /// <summary>Adds the other's values; a histogram of fewer digits may be added to one of more.</summary>
    public void Add(LatencyHistogram other)
    {
        if (other.Count == 0)
            return;
        _counts.Add(other._counts);
        Clamped += other.Clamped;
        Max = Math.Max(Max, other.Max);
        Min = Min == 0 ? other.Min : Math.Min(Min, other.Min);
    }

    public LatencyHistogram Copy()
    {
        var copy = new LatencyHistogram(Digits);
        copy.Add(this);
        return copy;
    }

    public void Clear()
    {
        _counts.Reset();
        Clamped = 0;
        Max = 0;
        Min = 0;
    }

    /// <summary>Occupied buckets in ascending order: highest value of the bucket, values in it, values up to it.</summary>
    public IEnumerable<LatencyBucket> Buckets()
    {
        long sum = 0;
        foreach (var value in _counts.RecordedValues())
        {
            sum += value.CountAddedInThisIterationStep;
            yield return new LatencyBucket(Math.Min(_counts.HighestEquivalentValue(value.ValueIteratedTo), Max), value.CountAddedInThisIterationStep, sum);
        }
    }

    /// <summary>Occupied buckets in ascending order: lowest value of the bucket, values in it.</summary>
    internal IEnumerable<(long Microseconds, long Count)> RawBuckets() =>
        _counts.RecordedValues().Select(value => (_counts.LowestEquivalentValue(value.ValueIteratedTo), value.CountAddedInThisIterationStep));

    /// <summary>Values of one bucket; <see cref="AddExtremes"/> follows the last.</summary>
    internal void AddBucket(long microseconds, long count) => _counts.RecordValueWithCount(microseconds, count);

    internal void AddExtremes(long min, long max, long clamped)
    {
        Clamped += clamped;
        Max = Math.Max(Max, max);
        Min = Min == 0 ? min : Math.Min(Min, min);
    }

    /// <summary>HDR V2 compressed, as in <c>.hlog</c> files (base64 of it).</summary>
    public byte[] EncodeV2()
    {
        var buffer = ByteBuffer.Allocate(_counts.GetNeededByteBufferCapacity() + 64);
        var bytes = new byte[_counts.EncodeIntoCompressedByteBuffer(buffer)];
        buffer.Position = 0;
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = buffer.Get();
        return bytes;
    }

    /// <summary>Version byte, exact minimum and maximum, clamped count, then <see cref="EncodeV2"/>: loses nothing.</summary>
    public byte[] Encode()
    {
        var body = EncodeV2();
        var bytes = new byte[25 + body.Length];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), Min);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), Max);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), Clamped);
        body.CopyTo(bytes, 25);
        return bytes;
    }

    /// <exception cref="FormatException">The bytes are not from <see cref="Encode"/> of a known version.</exception>
    public static LatencyHistogram Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 25 || bytes[0] != 1)
            throw new FormatException($"Not an encoded latency histogram: {bytes.Length} bytes, version {(bytes.Length > 0 ? bytes[0] : -1)}; expected version 1");
        try
        {
            var counts = HistogramEncoding.DecodeFromCompressedByteBuffer(ByteBuffer.Allocate(bytes[25..].ToArray()), HighestMicroseconds);
            return new LatencyHistogram(counts)
            {
                Min = BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]),
                Max = BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]),
                Clamped = BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]),
            };
        }
        catch (Exception e) when (e is not FormatException)
        {
            throw new FormatException($"Cannot decode a latency histogram of {bytes.Length} bytes: {e.Message}", e);
        }
    }
}

public readonly record struct LatencyBucket(long Microseconds, long Count, long CumulativeCount);
