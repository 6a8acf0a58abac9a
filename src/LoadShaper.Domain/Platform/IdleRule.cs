namespace LoadShaper.Domain.Platform;

/// <summary>
/// Oracle's rule for an idle machine: over <paramref name="Days"/> days every metric under <paramref name="Threshold"/>,
/// CPU by its <paramref name="Percentile"/>. The numbers have moved before, so they are data.
/// </summary>
/// <param name="Threshold">Percent; safe is at least this.</param>
/// <param name="Days">Length of the window, 1 to 35 days.</param>
/// <param name="Percentile">By nearest rank.</param>
public sealed record IdleRule(double Threshold, int Days, int Percentile)
{
    /// <summary>As Oracle's documentation has had it since 2023.</summary>
    public static readonly IdleRule Oracle = new(20, 7, 95);

    public TimeSpan Window => TimeSpan.FromDays(Days);

    /// <summary>How many of <paramref name="count"/> values must reach the threshold: 505 of 10,080, 9 of 168, 73 of 1,440.</summary>
    public int Needed(int count) => count - Rank(count) + 1;

    /// <summary>The nearest rank, counted from the smallest value, of the percentile of <paramref name="count"/> values.</summary>
    public int Rank(int count) => (count * Percentile + 99) / 100;
}
