using System.CommandLine;
using LoadShaper.Cli.Load.Distribution;
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
        var distributionOptions = new DistributionOptions();
        var allowHooks = new Option<bool>("--allow-hooks") { Description = "Execute the scenario's shell commands before and after the run." };
        var baseline = new Option<string?>("--baseline") { Description = "Runs to compare with in the report; see load baseline.", HelpName = "DIR" };
        var command = new Command("run", "Run a load test. Exit code 0, 1 failure, 2 usage, 4 invalid run, 5 workers lost, 78 configuration, 99 threshold crossed, 105 interrupted. "
            + "When several apply: 105, 1 failed engine, 4 memory limit, 5 workers lost, 99 abort condition, 4 invalid run, 99 threshold, 1 file or hook.");
        scenarioOptions.AddTo(command);
        sessionOptions.AddTo(command);
        distributionOptions.AddTo(command);
        command.Add(allowHooks);
        command.Add(baseline);
        command.SetAction(async (parsed, _) =>
        {
            var distribution = distributionOptions.Flags(parsed).Read(out var problems);
            foreach (var problem in problems)
                parsed.InvocationConfiguration.Error.WriteLine(problem);
            if (problems.Count > 0)
                return LoadExitCode.Usage;
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
            }, distribution);
        });
        return command;
    }
}
