namespace LoadShaper.Domain.Sampling;

/// <summary>
/// Exponential averages of the readings, as the telemetry's avg= shows them. A missing reading leaves its average as it was;
/// the first reading is the average.
/// </summary>
/// <param name="Load">Per core.</param>
public sealed record Averages(double? Cpu = null, double? Memory = null, double? Network = null, double? Load = null)
{
    /// <param name="window">AVG_WINDOW_SEC: the time constant.</param>
    public Averages Apply(Sample sample, double? memory, TimeSpan window)
    {
        var weight = window > TimeSpan.Zero ? 1 - Math.Exp(-(sample.Period / window)) : 1;
        return new Averages(
            Blend(Cpu, sample.Cpu?.Busy.Value, weight),
            Blend(Memory, memory, weight),
            Blend(Network, sample.Network?.Utilization.Value, weight),
            Blend(Load, sample.LoadPerCore, weight));
    }

    private static double? Blend(double? average, double? value, double weight) =>
        (average, value) switch
        {
            (_, null) => average,
            (null, _) => value,
            _ => average + weight * (value - average),
        };
}
