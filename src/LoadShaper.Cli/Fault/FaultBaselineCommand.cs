using System.CommandLine;
using LoadShaper.Cli.Load;
using LoadShaper.Daemon;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Runs;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using LoadShaper.LoadTest.Session;

namespace LoadShaper.Cli.Fault;

/// <summary>`loadshaper fault baseline`: the same load without and with one policy, and the differences.</summary>
internal static class FaultBaselineCommand
{
    public static Command Create()
    {
        var scenarioOptions = new ScenarioOptions(withFault: false);
        var sessionOptions = new SessionOptions();
        var policy = new Option<string>("--policy") { Description = $"{char.ToUpperInvariant(PolicyReference.Expected[0])}{PolicyReference.Expected[1..]}.", HelpName = "POLICY", Required = true };
        var seed = new Option<int>("--fault-seed") { Description = "Start of the random choices of the faults.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var command = new Command("baseline", "Run a scenario without and then with one policy; show throughput, error rate and latencies beside what the policy should do.");
        scenarioOptions.AddTo(command);
        sessionOptions.AddTo(command);
        command.Add(policy);
        command.Add(seed);
        command.SetAction(async (parsed, _) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            RunFaultPlan faults;
            Scenario? scenario;
            try
            {
                faults = new RunFaultPlan(PolicyReference.Read(parsed.GetValue(policy)!, "--policy"), (ulong)Math.Max(0, parsed.GetValue(seed)));
                scenario = scenarioOptions.Read(parsed, SessionOptions.ProcessEnvironment(), out var exitCode);
                if (scenario is null)
                    return exitCode;
                if (RunFaults.Problems(faults.Policy, scenario.Plan.Targets).ToArray() is { Length: > 0 } impossible)
                    throw new ScenarioException([.. impossible.Select(p => new ScenarioProblem("--policy", 0, 0, p))]);
            }
            catch (ScenarioException e)
            {
                foreach (var problem in e.Problems)
                    error.WriteLine(problem);
                return LoadExitCode.Config;
            }
            var directory = ScenarioLoader.IsUrl(scenario.Source) ? "." : Path.GetDirectoryName(Path.GetFullPath(scenario.Source))!;
            SessionRequest Request(RunFaultPlan plan)
            {
                var with = scenario with { Faults = plan };
                return new SessionRequest
                {
                    Scenario = with,
                    Parts = [new SessionPart(null, with.Plan)],
                    ResolvedYaml = ResolvedYaml.Write(with, directory),
                    Machine = MachineInfo.Read("/", BuildInfo.Version),
                    AllowedTargets = scenarioOptions.AllowedTargets(parsed),
                };
            }

            var baseline = await sessionOptions.ExecuteAsync(parsed, Request(new RunFaultPlan(FaultPolicy.Nothing)), "baseline");
            if (baseline.Report is not { Result.End: LoadTest.Results.RunEnd.Finished } before)
                return baseline.ExitCode;
            var changed = await sessionOptions.ExecuteAsync(parsed, Request(faults), "policy");
            if (changed.Report is not { } after)
                return changed.ExitCode;
            var comparison = FaultComparison.Of(faults, before, after);
            var exit = baseline.ExitCode == LoadExitCode.Invalid ? LoadExitCode.Invalid : changed.ExitCode;
            if (sessionOptions.Directory(parsed) is { } path)
            {
                using var files = new OutputDirectory(path, error.WriteLine);
                files.Replace("fault-baseline.md", comparison.Markdown());
                files.Replace("fault-baseline.json", comparison.Json());
                if (files.Failures.Count > 0 && exit == LoadExitCode.Ok)
                    exit = LoadExitCode.Failure;
            }
            if (sessionOptions.IsJson(parsed))
                output.Write(comparison.Json());
            else
            {
                var (heads, rows) = comparison.Table();
                output.Write($"\npolicy {faults.Policy.Name}: {PolicyFormatter.Line(faults.Policy)}\n\n{TextTable.Render(heads, rows)}\n");
                foreach (var note in comparison.Notes)
                    output.Write(TextTable.Wrapped(note, "  "));
            }
            // An invalid baseline makes the comparison worthless; crossed thresholds of the baseline alone do not.
            return exit;
        });
        return command;
    }
}
