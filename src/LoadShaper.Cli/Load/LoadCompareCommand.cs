using System.CommandLine;
using System.Text.Json;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Reports;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load compare`: is the new build slower, or is it noise.</summary>
internal static class LoadCompareCommand
{
    public static Command Create()
    {
        var before = new Argument<string>("base") { Description = "A run, or a directory of runs.", HelpName = "BASE" };
        var after = new Argument<string>("new") { Description = "A run, or a directory of runs.", HelpName = "NEW" };
        var tolerance = new Option<string[]>("--tolerance") { Description = "Change that is of no interest: 5%, or METRIC=10% for one metric.", HelpName = "5%" };
        var allowInvalid = new Option<bool>("--allow-invalid") { Description = "Compare invalid runs too." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var markdown = new Option<bool>("--markdown") { Description = "As a Markdown table." };
        var command = new Command("compare", "Compare runs, aware of their noise. Exit code 0 without a regression, 3 with one, 4 for invalid runs.")
        {
            before, after, tolerance, allowInvalid, json, markdown,
        };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            try
            {
                var rules = MetricRules.WithTolerances(parsed.GetValue(tolerance) ?? []);
                var (one, other) = (RunSamples.Read(parsed.GetValue(before)!), RunSamples.Read(parsed.GetValue(after)!));
                var invalid = one.InvalidRuns.Concat(other.InvalidRuns).ToArray();
                if (invalid.Length > 0 && !parsed.GetValue(allowInvalid))
                {
                    error.WriteLine($"invalid runs: {string.Join(", ", invalid)}; expected runs in which the generator was not the limit (see their summary.json), or --allow-invalid");
                    return LoadExitCode.Invalid;
                }
                var comparison = Comparer.Compare(one.Runs, other.Runs, rules) with { Notes = RunSamples.Differences(one, other) };
                if (parsed.GetValue(json))
                    output.Write(Json(comparison));
                else if (parsed.GetValue(markdown))
                    output.Write(MarkdownSummary.Comparison(comparison));
                else
                    output.Write(Text(comparison));
                return comparison.Regressed ? LoadExitCode.Regression : LoadExitCode.Ok;
            }
            catch (FormatException e)
            {
                error.WriteLine(e.Message);
                return LoadExitCode.Usage;
            }
        });
        return command;
    }

    private static string Text(ComparisonResult comparison)
    {
        var text = $"{comparison.RunsBefore} base runs, {comparison.RunsAfter} new runs\n\n{ComparisonText.Render(comparison)}\n";
        foreach (var note in comparison.Notes)
            text += TextTable.Wrapped(note, "  ");
        if (comparison.WithinRun)
            text += TextTable.Wrapped($"With fewer than {Comparer.FewestRuns} runs on a side, parts of the runs are used as runs: variation from run to run is not in the interval. Use 5 runs on each side.", "  ");
        if (comparison.Metrics.Any(m => m.Verdict == ChangeVerdict.Inconclusive))
            text += TextTable.Wrapped("Inconclusive: the runs vary so much that a change beyond the tolerance can be present or absent. More runs decide it.", "  ");
        return text + (comparison.Regressed
            ? $"REGRESSION: {string.Join(", ", comparison.Metrics.Where(m => m.Verdict == ChangeVerdict.Worse).Select(m => m.Rule.Name))}\n"
            : "no regression found\n");
    }

    private static string Json(ComparisonResult comparison) => JsonSerializer.Serialize(new
    {
        comparison.Regressed,
        comparison.RunsBefore,
        comparison.RunsAfter,
        comparison.WithinRun,
        Metrics = comparison.Metrics.Select(m => new
        {
            m.Rule.Name,
            m.Rule.Tolerance,
            Before = Known(m.Before),
            After = Known(m.After),
            Change = Known(m.Change),
            Low = Known(m.Low),
            High = Known(m.High),
            P = Known(m.P),
            Verdict = ReportText.Verdict(m.Verdict).ToLowerInvariant(),
        }),
        comparison.Notes,
    }, ConfigJson.Options) + "\n";

    private static double? Known(double value) => double.IsFinite(value) ? value : null;
}
