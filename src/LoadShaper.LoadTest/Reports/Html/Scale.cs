using System.Globalization;

namespace LoadShaper.LoadTest.Reports.Html;

/// <summary>Maps values to 0..100 along an axis and chooses the labelled values.</summary>
internal sealed class Scale
{
    private readonly double _from;
    private readonly double _to;
    private readonly bool _logarithmic;

    private Scale(double from, double to, bool logarithmic, IReadOnlyList<double> ticks)
    {
        (_from, _to, _logarithmic, Ticks) = (from, to, logarithmic, ticks);
    }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>From zero to a round value at or above the largest.</summary>
    public static Scale Linear(double largest, int ticks = 4)
    {
        if (!(largest > 0))
            largest = 1;
        var raw = largest / ticks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = ((double[])[1, 2, 2.5, 5, 10]).First(m => m * power >= raw * 0.999999) * power;
        var count = (int)Math.Ceiling(largest / step - 1e-9);
        return new Scale(0, count * step, false, [.. Enumerable.Range(0, count + 1).Select(i => i * step)]);
    }

    /// <summary>Powers of ten around the values; between two powers the values 2 and 5 too when there are few.</summary>
    public static Scale Logarithmic(double smallest, double largest)
    {
        smallest = Math.Max(smallest, 1e-3);
        largest = Math.Max(largest, smallest * 1.01);
        double[] marks = Math.Log10(largest / smallest) <= 2 ? [1, 2, 5] : [1];
        var all = Enumerable.Range((int)Math.Floor(Math.Log10(smallest)), (int)Math.Ceiling(Math.Log10(largest / smallest)) + 2)
            .SelectMany(power => marks.Select(m => m * Math.Pow(10, power))).ToArray();
        var from = all.Last(t => t <= smallest * 1.000001);
        var to = all.First(t => t >= largest * 0.999999);
        return new Scale(Math.Log10(from), Math.Log10(to), true, [.. all.Where(t => t >= from && t <= to)]);
    }

    /// <summary>Seconds of a run, with round steps of time.</summary>
    public static Scale Time(double seconds)
    {
        double[] steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];
        var step = steps.FirstOrDefault(s => seconds / s <= 5, 86400 * Math.Ceiling(seconds / 5 / 86400));
        return new Scale(0, Math.Max(seconds, 1e-9), false, [.. Enumerable.Range(0, (int)(seconds / step) + 1).Select(i => i * step)]);
    }

    /// <summary>Fixed positions, for the percentile axis.</summary>
    public static Scale Fixed(double from, double to, IReadOnlyList<double> ticks) => new(from, to, false, ticks);

    /// <summary>0 at the start of the axis, 100 at its end.</summary>
    public double Position(double value)
    {
        var at = _logarithmic ? Math.Log10(Math.Max(value, 1e-9)) : value;
        return Math.Clamp((at - _from) / (_to - _from) * 100, 0, 100);
    }

    public static string Text(double position) => position.ToString("0.##", CultureInfo.InvariantCulture);
}
