using LoadShaper.LoadTest.Companions;
using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Live;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Thresholds;
using LoadShaper.LoadTest.Verdict;

namespace LoadShaper.LoadTest.Reports;

/// <summary>What is known of a run before it starts.</summary>
/// <param name="ResolvedYaml">The text of scenario.resolved.yaml.</param>
public sealed record ReportContext(string Name, string Source, RunPlan Plan, string ResolvedYaml, MachineInfo Machine)
{
    public string Target => string.Join(", ", Plan.Targets.Select(t => t.Name));

    /// <summary>HTTP method of a step, or "ECHO"; empty for <c>other</c> and totals.</summary>
    public string MethodOf(string step) => Plan.Flows.SelectMany(f => f.Steps).FirstOrDefault(s => s.Name == step) switch
    {
        HttpStep http => http.Method,
        EchoStep => "ECHO",
        _ => "",
    };
}

/// <summary>A finished run with everything that was decided about it.</summary>
/// <param name="ExitCode">What the command returns for it.</param>
/// <param name="Comparison">Against a baseline; null without one.</param>
public sealed record RunReport(
    ReportContext Context,
    RunResult Result,
    RunVerdict Verdict,
    IReadOnlyList<ThresholdOutcome> Thresholds,
    IReadOnlyList<PhaseFigures> Phases,
    IReadOnlyList<EarlyWarning> EarlyWarnings,
    int ExitCode,
    ComparisonResult? Comparison = null)
{
    /// <summary>What was observed beside the run.</summary>
    public IReadOnlyList<CompanionResult> Companions { get; init; } = [];

    /// <summary>Why companions failed the run.</summary>
    public IEnumerable<string> Failures => Companions.Select(c => c.Failure).OfType<string>();

    /// <summary>What the phases asked for; like the run's duration without the warm-up.</summary>
    public TimeSpan PlannedDuration => Result.PlannedDuration - Context.Plan.Warmup;
}
