namespace LoadShaper.Domain.Sampling;

/// <summary>
/// Exponential averages of the readings, as the telemetry's avg= shows them. A missing reading leaves its average as it was;
/// the first reading is the average. The network's average is unknown once its reading has been missing for
/// <see cref="LongestMissing"/>: an interface that is gone carries nothing.
/// </summary>
/// <param name="Load">Per core.</param>
/// <param name="NetworkMissing">How long the network's reading has been missing.</param>
public sealed record Averages(
    double? Cpu = null, double? Memory = null, double? Network = null, double? Load = null, TimeSpan NetworkMissing = default)
{
    /// <summary>Several control periods: one missing reading is a counter that was reset.</summary>
    public static readonly TimeSpan LongestMissing = TimeSpan.FromSeconds(30);

    /// <param name="window">AVG_WINDOW_SEC: the time constant.</param>
    public Averages Apply(Sample sample, double? memory, TimeSpan window)
    {
        var weight = window > TimeSpan.Zero ? 1 - Math.Exp(-(sample.Period / window)) : 1;
        var missing = sample.Network is null ? NetworkMissing + sample.Period : TimeSpan.Zero;
        return new Averages(
            Blend(Cpu, sample.Cpu?.Busy.Value, weight),
            Blend(Memory, memory, weight),
            missing < LongestMissing ? Blend(Network, sample.Network?.Utilization.Value, weight) : null,
            Blend(Load, sample.LoadPerCore, weight),
            missing);
    }

    private static double? Blend(double? average, double? value, double weight) =>
        (average, value) switch
        {
            (_, null) => average,
            (null, _) => value,
            _ => average + weight * (value - average),
        };
}
