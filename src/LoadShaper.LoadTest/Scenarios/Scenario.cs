using LoadShaper.LoadTest.Faults.Runs;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Thresholds;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>A scenario with every default filled in: what to send, and which conditions the run has to meet.</summary>
public sealed record Scenario
{
    /// <summary>For reports; the file's name without its extension unless the file says otherwise.</summary>
    public required string Name { get; init; }

    /// <summary>The file or URL it came from, as the operator wrote it.</summary>
    public required string Source { get; init; }

    /// <summary>The plan. It has no phases when the file and the command line set no rate and no users.</summary>
    public required RunPlan Plan { get; init; }

    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];

    /// <summary>Conditions that end the run as soon as they hold: the opposite sense of a threshold.</summary>
    public IReadOnlyList<Threshold> AbortOn { get; init; } = [];

    /// <summary>Faults between generator and targets; null: none.</summary>
    public RunFaultPlan? Faults { get; init; }

    /// <summary>Where the faults are in the file.</summary>
    public (long Line, long Column) FaultsPlace { get; init; }

    /// <summary>Shell commands around the run; executed only with --allow-hooks.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>The file as read, for scenario.resolved.yaml.</summary>
    public required YamlMappingNode Root { get; init; }

    /// <summary>Where the conditions are in the file.</summary>
    public IReadOnlyDictionary<Threshold, (long Line, long Column)> Places { get; init; } = new Dictionary<Threshold, (long Line, long Column)>();
}
