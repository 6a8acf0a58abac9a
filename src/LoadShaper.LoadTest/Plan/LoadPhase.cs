namespace LoadShaper.LoadTest.Plan;

/// <summary>
/// A stretch of the load over time. Rate phases are open models: arrivals do not wait for responses, and phases that
/// follow each other form one rate curve. Rates are arrivals (flows) a second, 0 to 10,000,000, fractions allowed.
/// </summary>
/// <param name="Duration">Positive.</param>
public abstract record LoadPhase(TimeSpan Duration)
{
    /// <summary>How the phase is named in the live view and the report. Null: a description is derived.</summary>
    public string? Name { get; init; }
}

public sealed record ConstantRate(double Rate, TimeSpan Duration) : LoadPhase(Duration);

/// <summary>The rate changes linearly.</summary>
public sealed record RampRate(double From, double To, TimeSpan Duration) : LoadPhase(Duration);

/// <summary>Constant rates one after the other, each for an equal part of the duration.</summary>
public sealed record StepRates(IReadOnlyList<double> Rates, TimeSpan Duration) : LoadPhase(Duration);

/// <summary>A base rate with a rectangle of another rate in it.</summary>
/// <param name="At">Start of the peak, from the start of the phase.</param>
public sealed record SpikeRate(double Base, double Peak, TimeSpan At, TimeSpan For, TimeSpan Duration) : LoadPhase(Duration);

/// <summary>The specification's RampRps: a third of the duration from <see cref="Min"/> up to <see cref="Max"/>, a third at it, a third down.</summary>
public sealed record RampHoldRamp(double Min, double Max, TimeSpan Duration) : LoadPhase(Duration);

/// <summary>
/// Closed model: each user executes a flow, waits for its think time and starts again. A user that finds no free
/// connection waits; its intended time is the time at which it was ready.
/// </summary>
/// <param name="Users">1 to 1,000,000.</param>
/// <param name="SpawnRate">Users started a second; 0: all at once. A following closed phase keeps the users it has and adds or removes.</param>
public sealed record ClosedUsers(int Users, double SpawnRate, ThinkTime Think, TimeSpan Duration) : LoadPhase(Duration);

/// <summary>Pause of a user between flows, uniform between both ends.</summary>
public readonly record struct ThinkTime(TimeSpan Min, TimeSpan Max)
{
    public static ThinkTime None => default;
}
