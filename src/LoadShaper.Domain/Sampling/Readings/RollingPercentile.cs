using LoadShaper.Domain.Platform;

namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>
/// The percentile of the last values of a grid, by nearest rank, by counting. Values lie between 0 and 100 and are
/// rounded down to 0.01, so that 19.999 is never 20. A value may be absent.
/// </summary>
public sealed class RollingPercentile(IdleRule rule, int capacity)
{
    private const ushort Absent = ushort.MaxValue;
    private const int Finest = 10_001;
    private const int PerBand = 100;

    // Rounding error of binary fractions: a value meant as exactly 20 may come out lower by this.
    private const double Slack = 1e-7;

    private readonly ushort[] _ring = Filled(capacity);
    private readonly int[] _counts = new int[Finest];
    private readonly int[] _bands = new int[Finest / PerBand + 1];
    private readonly int _threshold = Hundredths(rule.Threshold);
    private int _next;
    private (bool Known, double? Value) _last;

    /// <summary>How many values are present.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are at or above the threshold.</summary>
    public int Reached { get; private set; }

    /// <summary>A value in hundredths, rounded down.</summary>
    public static int Hundredths(double value) =>
        double.IsNaN(value) ? 0 : (int)Math.Floor(Math.Clamp(value, 0, 100) * 100 + Slack);

    /// <summary>The newest value comes, the oldest goes. Null is a value that was not seen.</summary>
    public void Push(double? value)
    {
        _last = default;
        var old = _ring[_next];
        if (old != Absent)
            Change(old, -1);
        var coming = value is { } v ? (ushort)Hundredths(v) : Absent;
        if (coming != Absent)
            Change(coming, +1);
        _ring[_next] = coming;
        _next = _next + 1 == _ring.Length ? 0 : _next + 1;
    }

    /// <summary>The percentile of the present values, to 0.01; null when there is none.</summary>
    public double? Value => (_last.Known ? _last : _last = (true, Find())).Value;

    private double? Find()
    {
        if (Count == 0)
            return null;
        var fromTop = rule.Needed(Count);
        var band = _bands.Length - 1;
        for (; _bands[band] < fromTop; band--)
            fromTop -= _bands[band];
        var value = Math.Min(band * PerBand + PerBand, Finest) - 1;
        for (; _counts[value] < fromTop; value--)
            fromTop -= _counts[value];
        return value / 100.0;
    }

    private void Change(int value, int by)
    {
        _counts[value] += by;
        _bands[value / PerBand] += by;
        Count += by;
        if (value >= _threshold)
            Reached += by;
    }

    private static ushort[] Filled(int capacity)
    {
        var ring = new ushort[capacity];
        Array.Fill(ring, Absent);
        return ring;
    }
}
