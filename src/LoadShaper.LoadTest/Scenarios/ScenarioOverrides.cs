using LoadShaper.LoadTest.Faults.Runs;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>
/// What the command line or the environment says instead of the scenario file. Null: not said. Environment names are below
/// flags and above the file.
/// </summary>
public sealed record ScenarioOverrides
{
    /// <summary>Below it the runtime alone reaches the limit.</summary>
    public const long LeastMemory = 32L << 20;

    public static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(30);

    public string? Target { get; init; }
    public IReadOnlyList<LoadPhase>? Phases { get; init; }

    /// <summary>Without <see cref="Phases"/>: the length of the scenario's only phase.</summary>
    public TimeSpan? Duration { get; init; }
    public int? Connections { get; init; }
    public ArrivalProcess? Arrival { get; init; }
    public TimeSpan? Timeout { get; init; }
    public TimeSpan? Warmup { get; init; }
    public ulong? Seed { get; init; }
    public long? MemoryLimitBytes { get; init; }
    public TimeSpan? Batch { get; init; }
    public PercentileTracking? Percentiles { get; init; }
    public int? MaxSeries { get; init; }

    /// <summary>In place of the scenario's faults.</summary>
    public RunFaultPlan? Faults { get; init; }

    /// <summary>In addition to the scenario's.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];
    public IReadOnlyList<Threshold> AbortOn { get; init; } = [];

    /// <summary>These values, and the lower ones where these say nothing.</summary>
    public ScenarioOverrides Over(ScenarioOverrides lower) => new()
    {
        Target = Target ?? lower.Target,
        Phases = Phases ?? lower.Phases,
        Duration = Phases is null ? Duration ?? lower.Duration : Duration,
        Connections = Connections ?? lower.Connections,
        Arrival = Arrival ?? lower.Arrival,
        Timeout = Timeout ?? lower.Timeout,
        Warmup = Warmup ?? lower.Warmup,
        Seed = Seed ?? lower.Seed,
        MemoryLimitBytes = MemoryLimitBytes ?? lower.MemoryLimitBytes,
        Batch = Batch ?? lower.Batch,
        Percentiles = Percentiles ?? lower.Percentiles,
        MaxSeries = MaxSeries ?? lower.MaxSeries,
        Faults = Faults ?? lower.Faults,
        Thresholds = [.. lower.Thresholds, .. Thresholds],
        AbortOn = [.. lower.AbortOn, .. AbortOn],
    };

    /// <summary>The scenario with these values in place; <see cref="Target"/> is applied while reading.</summary>
    /// <exception cref="ScenarioException">The values do not fit the scenario.</exception>
    public Scenario Apply(Scenario scenario)
    {
        var plan = scenario.Plan;
        plan = plan with
        {
            Phases = Phases ?? plan.Phases,
            Connections = Connections ?? plan.Connections,
            Arrival = Arrival ?? plan.Arrival,
            Timeouts = Timeout is { } timeout ? RequestTimeouts.OfTotal(timeout) : plan.Timeouts,
            Warmup = Warmup ?? plan.Warmup,
            Seed = Seed ?? plan.Seed,
            MemoryLimitBytes = MemoryLimitBytes ?? plan.MemoryLimitBytes,
            Batch = Batch ?? plan.Batch,
            Percentiles = Percentiles ?? plan.Percentiles,
            MaxSeries = MaxSeries ?? plan.MaxSeries,
        };
        if (plan.Phases.Count == 0)
            throw Problem(scenario.Source, scenario.Root.Start.Line, scenario.Root.Start.Column, "the scenario has no load; expected the key load in the file, or one of --rate, --users and --ramp");
        if (Phases is null && Duration is { } duration)
            plan = plan with
            {
                Phases = plan.Phases is [SpikeRate spike] ? [Stretched(spike, duration)]
                    : plan.Phases is [var only] ? [only with { Duration = duration }]
                    : throw Problem("command line", 0, 0, $"--duration {Units.Format(duration)} with a scenario of {plan.Phases.Count} phases; expected --rate, --users or --ramp beside it"),
            };
        var resolved = scenario with { Plan = plan, Faults = Faults ?? scenario.Faults, Thresholds = [.. scenario.Thresholds, .. Thresholds], AbortOn = [.. scenario.AbortOn, .. AbortOn] };
        var names = plan.Flows.SelectMany(f => f.Steps).Select(s => s.Name).Concat(PhaseNames(plan)).ToHashSet();
        var unknown = resolved.Thresholds.Concat(resolved.AbortOn).Where(t => t.Step is not null && !names.Contains(t.Step)).ToArray();
        if (unknown.Length > 0)
            throw new ScenarioException([.. unknown.Select(t => new ScenarioProblem(
                scenario.Places.ContainsKey(t) ? scenario.Source : "command line",
                scenario.Places.GetValueOrDefault(t).Line,
                scenario.Places.GetValueOrDefault(t).Column,
                $"threshold \"{t.Text}\": no step or phase is named \"{t.Step}\"; expected {string.Join(", ", names.Select(n => $"\"{n}\""))}"))]);
        if (resolved.Faults is { } faults && RunFaults.Problems(faults.Policy, plan.Targets).ToArray() is { Length: > 0 } impossible)
            throw new ScenarioException([.. impossible.Select(p => Faults is null
                ? new ScenarioProblem(scenario.Source, scenario.FaultsPlace.Line, scenario.FaultsPlace.Column, p)
                : new ScenarioProblem("--fault", 0, 0, p))]);
        var problems = plan.Validate();
        return problems.Count == 0
            ? resolved
            : throw new ScenarioException([.. problems.Select(p => new ScenarioProblem(scenario.Source, 0, 0, p))]);
    }

    /// <summary>The names of the phases that have one.</summary>
    public static IEnumerable<string> PhaseNames(RunPlan plan) => plan.Phases.Select(p => p.Name).OfType<string>();

    private static SpikeRate Stretched(SpikeRate spike, TimeSpan duration)
    {
        var factor = duration / spike.Duration;
        return spike with { At = spike.At * factor, For = spike.For * factor, Duration = duration };
    }

    private static ScenarioException Problem(string source, long line, long column, string message) => new([new ScenarioProblem(source, line, column, message)]);
}
