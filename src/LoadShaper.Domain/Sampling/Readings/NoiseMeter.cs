namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>
/// The noise of minute means round the intensity that they were filled up to: an exponential mean over about two hours of
/// such minutes. A single burst of real work moves it little.
/// </summary>
public sealed class NoiseMeter
{
    private const double Weight = 1.0 / 120;

    // Before anything was seen. A machine at rest shows less; two of it are the margin of the first hours.
    private const double Assumed = 0.5;

    // A deviation of more than so many standard deviations is real work, not noise.
    private const double MostDeviations = 3;

    private double _variance = Assumed * Assumed;

    /// <summary>Standard deviation, points.</summary>
    public double Deviation => Math.Sqrt(_variance);

    /// <param name="mean">The minute's whole CPU use.</param>
    /// <param name="filledUpTo">The intensity in force through all of it.</param>
    public void Add(double mean, double filledUpTo)
    {
        var most = MostDeviations * Math.Max(Deviation, Assumed);
        var deviation = Math.Clamp(mean - filledUpTo, -most, most);
        _variance += Weight * (deviation * deviation - _variance);
    }
}
