using System.CommandLine;
using LoadShaper.Daemon;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Scenarios.Yaml;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Session;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load run`: one test.</summary>
internal static class LoadRunCommand
{
    public static Command Create()
    {
        var scenarioOptions = new ScenarioOptions();
        var sessionOptions = new SessionOptions();
        var allowHooks = new Option<bool>("--allow-hooks") { Description = "Execute the scenario's shell commands before and after the run." };
        var baseline = new Option<string?>("--baseline") { Description = "Runs to compare with in the report; see load baseline.", HelpName = "DIR" };
        var command = new Command("run", "Run a load test. Exit code 0, 1 failure, 2 usage, 4 invalid run, 78 configuration, 99 threshold crossed, 105 interrupted.");
        scenarioOptions.AddTo(command);
        sessionOptions.AddTo(command);
        command.Add(allowHooks);
        command.Add(baseline);
        command.SetAction(async (parsed, _) =>
        {
            var environment = SessionOptions.ProcessEnvironment();
            if (scenarioOptions.Read(parsed, environment, out var exitCode) is not { } scenario)
                return exitCode;
            IReadOnlyList<RunSample>? runs = null;
            try
            {
                if (parsed.GetValue(baseline) is { } path)
                    runs = RunSamples.Read(path).Runs;
            }
            catch (FormatException e)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"--baseline: {e.Message}");
                return LoadExitCode.Usage;
            }
            var directory = ScenarioLoader.IsUrl(scenario.Source) ? "." : Path.GetDirectoryName(Path.GetFullPath(scenario.Source))!;
            return await sessionOptions.RunAsync(parsed, new SessionRequest
            {
                Scenario = scenario,
                Parts = [new SessionPart(null, scenario.Plan)],
                ResolvedYaml = ResolvedYaml.Write(scenario, directory),
                Machine = MachineInfo.Read("/", BuildInfo.Version),
                AllowHooks = parsed.GetValue(allowHooks),
                AllowedTargets = scenarioOptions.AllowedTargets(parsed),
                Baseline = runs,
            });
        });
        return command;
    }
}
