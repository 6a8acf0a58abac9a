namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>The mean of a metric over a trailing window, fed by the minute; minutes that were not seen do not count.</summary>
public sealed class WindowMean(TimeSpan window)
{
    private readonly float[] _values = NewRing((int)window.TotalMinutes);
    private long _last = long.MinValue;
    private double _sum;
    private int _count;

    /// <summary>Null before the first value.</summary>
    public double? Value => _count > 0 ? _sum / _count : null;

    /// <param name="minute">Minutes since 1970; one that is not newer than the last is ignored.</param>
    public void Add(long minute, double? value)
    {
        if (minute <= _last)
            return;
        var from = _last == long.MinValue ? minute : Math.Max(_last + 1, minute - _values.Length + 1);
        for (var m = from; m <= minute; m++)
            Put((int)(m % _values.Length), m == minute ? value : null);
        _last = minute;
    }

    private static float[] NewRing(int size)
    {
        var ring = new float[size];
        Array.Fill(ring, float.NaN);
        return ring;
    }

    private void Put(int index, double? value)
    {
        if (!float.IsNaN(_values[index]))
        {
            _sum -= _values[index];
            _count--;
        }
        _values[index] = value is { } v ? (float)v : float.NaN;
        if (value is null)
            return;
        _sum += _values[index];
        _count++;
    }
}
