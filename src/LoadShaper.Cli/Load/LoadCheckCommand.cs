using System.CommandLine;
using System.Text;
using System.Text.Json;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Checklist;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load check`: what would spoil a test, found before it. Sends one request to each target.</summary>
internal static class LoadCheckCommand
{
    public static Command Create()
    {
        var scenarioOptions = new ScenarioOptions();
        var output = new Option<string?>("--out") { Description = "Directory of the coming run.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command("check", "Check target and machine before a test. Exit code 0 also with warnings, 1 with failures, 78 for a wrong scenario.");
        scenarioOptions.AddTo(command);
        command.Add(output);
        command.Add(json);
        command.SetAction(async (parsed, cancel) =>
        {
            if (scenarioOptions.Read(parsed, SessionOptions.ProcessEnvironment(), out var exitCode) is not { } scenario)
                return exitCode;
            var targets = await Task.WhenAll(Enumerable.Range(0, scenario.Plan.Targets.Count).Select(i => FactsReader.ReadTargetAsync(scenario.Plan, i, cancel)));
            var machine = await new FactsReader("/").ReadMachineAsync(parsed.GetValue(output), cancel);
            var daemon = await FactsReader.ReadDaemonAsync(scenario.Plan.Targets[0], cancel);
            var items = ChecklistRules.Judge(scenario.Plan, targets, scenarioOptions.AllowedTargets(parsed), machine, daemon);
            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(json) ? RenderJson(items) : Render(items));
            return items.Any(i => i.Level == CheckLevel.Fail) ? LoadExitCode.Failure : LoadExitCode.Ok;
        });
        return command;
    }

    internal static string Render(IReadOnlyList<CheckItem> items)
    {
        var width = items.Max(i => i.Name.Length);
        var text = new StringBuilder();
        foreach (var item in items)
        {
            text.Append(item.Level.ToString().ToUpperInvariant()).Append("  ").Append(item.Name.PadRight(width)).Append("  ").Append(item.Found).Append('\n');
            if (item.Fix != "")
                text.Append(' ', 6 + width + 2).Append("→ ").Append(item.Fix).Append('\n');
        }
        return text.Append($"\n{Count(items, CheckLevel.Pass)} passed, {Count(items, CheckLevel.Warn)} warnings, {Count(items, CheckLevel.Fail)} failures\n").ToString();
    }

    private static string RenderJson(IReadOnlyList<CheckItem> items) => JsonSerializer.Serialize(new
    {
        Checks = items.Select(i => new { i.Name, Status = i.Level.ToString().ToUpperInvariant(), i.Found, Fix = i.Fix == "" ? null : i.Fix }),
        Passed = Count(items, CheckLevel.Pass),
        Warnings = Count(items, CheckLevel.Warn),
        Failures = Count(items, CheckLevel.Fail),
    }, ConfigJson.Options) + "\n";

    private static int Count(IReadOnlyList<CheckItem> items, CheckLevel level) => items.Count(i => i.Level == level);
}
