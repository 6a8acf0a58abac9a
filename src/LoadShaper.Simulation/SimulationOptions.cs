using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Simulation;

/// <summary>What is simulated. The defaults are the built-in settings on an E2 machine with two CPUs that idles.</summary>
public sealed record SimulationOptions
{
    /// <summary>Start of every run, so that runs do not depend on the date.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    public int Days { get; init; } = 28;

    public ShapeFamily Family { get; init; } = ShapeFamily.E2;

    public int CpuCount { get; init; } = 2;

    public LoadShaperSettings Settings { get; init; } = new();

    public IForeignLoad Foreign { get; init; } = ForeignLoad.Idle;

    /// <summary>Load per core from foreign work alone; null takes the foreign share of the CPU.</summary>
    public IForeignLoad? LoadAverage { get; init; }

    /// <summary>The machine is off: its minutes are absent.</summary>
    public IReadOnlyList<Stretch> Outages { get; init; } = [];

    /// <summary>The machine runs without the daemon: its minutes count.</summary>
    public IReadOnlyList<Stretch> DaemonDown { get; init; } = [];

    /// <summary>What was stored before the start.</summary>
    public History? History { get; init; }

    /// <summary>Standard deviation of a minute's foreign load, points, which the loop does not see beforehand.</summary>
    public double Noise { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Whether the report has every minute and every event, 0.5 KB a minute; without them it has the sums.</summary>
    public bool KeepsMinutes { get; init; } = true;
}

/// <summary>A part of the run.</summary>
public readonly record struct Stretch(TimeSpan At, TimeSpan For)
{
    public bool Contains(TimeSpan elapsed) => elapsed >= At && elapsed < At + For;
}

/// <summary>Minutes that were stored before the run starts.</summary>
public sealed record History(TimeSpan For, IForeignLoad Load);
