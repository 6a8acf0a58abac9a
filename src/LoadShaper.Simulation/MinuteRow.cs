namespace LoadShaper.Simulation;

/// <summary>A simulated minute, percent of all CPUs.</summary>
/// <param name="Own">What our workers used; null while the machine is off.</param>
/// <param name="Total">The machine's mean as Oracle reads it; null while it is off.</param>
/// <param name="Kind">What the minute was for; `off` and `down` when no daemon ran.</param>
/// <param name="State">The controller's state in it.</param>
public readonly record struct MinuteRow(DateTimeOffset Minute, double? Own, double? Total, string Kind, string State)
{
    public double? Foreign => Total - Own;
}
