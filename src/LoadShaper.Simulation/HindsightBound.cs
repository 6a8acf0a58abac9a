namespace LoadShaper.Simulation;

/// <summary>
/// The cheapest own load that passes every reading, with hindsight: in each whole week the larger of the hours that need
/// least to average the threshold, and in each UTC day the minutes that need least to reach it; averaged over whole weeks.
/// </summary>
public static class HindsightBound
{
    private const int Week = 7 * 24 * 60;

    /// <param name="foreign">Percent, a value a minute from 00:00 UTC on.</param>
    /// <returns>Mean own load, percent of all CPUs.</returns>
    /// <exception cref="ArgumentException">Less than a week.</exception>
    public static double Of(IReadOnlyList<double> foreign, double threshold = 20, int hours = 9, int minutesADay = 73)
    {
        if (foreign.Count < Week)
            throw new ArgumentException("A bound takes at least one week of minutes.", nameof(foreign));
        return Enumerable.Range(0, foreign.Count / Week)
            .Select(week => Weekly(foreign, week * Week, threshold, hours, minutesADay))
            .Average();
    }

    private static double Weekly(IReadOnlyList<double> foreign, int start, double threshold, int hours, int minutesADay)
    {
        var byHour = Least(60 * 24 * 7 / 60, hours, h => 60 * Math.Max(0, threshold - Mean(foreign, start + h * 60, 60)));
        var byDay = Enumerable.Range(0, 7).Sum(day =>
            Least(24 * 60, minutesADay, m => Math.Max(0, threshold - foreign[start + day * 24 * 60 + m])));
        return Math.Max(byHour, byDay) / Week;
    }

    private static double Least(int count, int take, Func<int, double> needed) =>
        Enumerable.Range(0, count).Select(needed).Order().Take(take).Sum();

    private static double Mean(IReadOnlyList<double> values, int start, int count)
    {
        var sum = 0.0;
        for (var i = start; i < start + count; i++)
            sum += values[i];
        return sum / count;
    }
}
