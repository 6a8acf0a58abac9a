namespace LoadShaper.Domain.Sampling;

/// <summary>CONTROL_PERIOD_SEC, AVG_WINDOW_SEC, JITTER_*: the rhythm of sampling and control.</summary>
public sealed record SamplingSettings
{
    public TimeSpan ControlPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time constant of the exponential averages.</summary>
    public TimeSpan AverageWindow { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>± share of the intensity, drawn again each <see cref="JitterPeriod"/>, mean zero over a slot.</summary>
    public double JitterPercent { get; init; } = 10;

    public TimeSpan JitterPeriod { get; init; } = TimeSpan.FromSeconds(5);
}
