namespace LoadShaper.Politeness;

internal static class Stats
{
    /// <summary>Nearest rank.</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        if (values.Count == 0)
            return double.NaN;
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    public static double Median(IReadOnlyCollection<double> values) => Quantile(values, 0.5);
}
