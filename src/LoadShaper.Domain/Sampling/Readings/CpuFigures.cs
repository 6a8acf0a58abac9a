namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>The percentile of the trailing window on each grid, percent to 0.01; null where nothing was seen.</summary>
/// <param name="Day">The worst whole UTC day in the window, by its minutes.</param>
public readonly record struct CpuFigures(double? Minute, double? FiveMinutes, double? Hour, double? Day)
{
    /// <summary>The lowest of the three grids over the window: what no granularity of Oracle's reading goes below.</summary>
    public double? Lowest => Least(Minute, Least(FiveMinutes, Hour));

    private static double? Least(double? a, double? b) => a is { } x && b is { } y ? Math.Min(x, y) : a ?? b;
}

/// <summary>What of the window still counts at some moment if nothing at or above the threshold comes any more.</summary>
public readonly record struct WindowCounts(int Minutes, int FiveMinutes, int Hours);
