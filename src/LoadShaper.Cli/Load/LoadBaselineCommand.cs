using System.CommandLine;
using LoadShaper.LoadTest.Comparison;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load baseline`: adds a run to those that later runs are compared with.</summary>
internal static class LoadBaselineCommand
{
    public static Command Create()
    {
        var store = new StoreOptions("load-baselines");
        var command = new Command("baseline", "Add a run to the baseline of its scenario, for load compare and load run --baseline.");
        store.AddTo(command);
        command.SetAction(parsed => store.Run(parsed, RunStore.BaselineFiles, Refusal, byScenario: true));
        return command;
    }

    private static string? Refusal(ComparisonSide side) => side.InvalidRuns.Any()
        ? "the run is invalid, because the generator was its limit; expected a valid run as baseline"
        : side.Summaries.Any(s => s.End != "finished") ? $"the run was {side.Summaries.First(s => s.End != "finished").End}; expected a finished run as baseline" : null;
}
