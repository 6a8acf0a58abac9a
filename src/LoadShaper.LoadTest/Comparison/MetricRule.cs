namespace LoadShaper.LoadTest.Comparison;

/// <summary>Which way a metric gets worse.</summary>
public enum Direction
{
    LowerIsBetter,
    HigherIsBetter,
}

/// <summary>How two values of a metric are compared.</summary>
/// <param name="Name">As in summary.json.</param>
/// <param name="Direction">Which way it gets worse.</param>
/// <param name="IsShare">
/// A share of a whole (0 to 1) is compared by its difference, so that 0 errors can be a baseline; everything else by its ratio.
/// </param>
/// <param name="Tolerance">Relative change, or difference of a share, up to which a change is of no interest.</param>
public sealed record MetricRule(string Name, Direction Direction, bool IsShare, double Tolerance)
{
    public const double DefaultTolerance = 0.05;

    /// <summary>One percentage point: 5 % of a success rate of 100 % would hide 5 failing requests in 100.</summary>
    public const double DefaultShareTolerance = 0.01;

    /// <summary>The metrics that can make a comparison fail.</summary>
    public static readonly IReadOnlyList<MetricRule> Defaults =
    [
        new("success_rate", Direction.HigherIsBetter, true, DefaultShareTolerance),
        new("completed_rps", Direction.HigherIsBetter, false, DefaultTolerance),
        new("p50_latency", Direction.LowerIsBetter, false, DefaultTolerance),
        new("p95_latency", Direction.LowerIsBetter, false, DefaultTolerance),
        new("p99_latency", Direction.LowerIsBetter, false, DefaultTolerance),
    ];

    /// <summary>The scale on which changes add up: the logarithm for ratios, the value for shares.</summary>
    internal double Scale(double value) => IsShare ? value : Math.Log(Math.Max(value, 1e-9));

    /// <summary>The change from base to current in the metric's own terms: 0.1 is 10 % more, or 10 points for a share.</summary>
    internal double Change(double before, double after) =>
        IsShare ? after - before : before == after ? 0 : after / Math.Max(before, 1e-9) - 1;

    /// <summary>Positive when the change is for the worse.</summary>
    internal double Worsening(double change) => Direction == Direction.LowerIsBetter ? change : -change;
}
