using System.CommandLine;
using LoadShaper.Daemon;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Builtin;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Session;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load quick` and `load full`: the specification's throttling tests.</summary>
internal static class LoadSuiteCommand
{
    public static Command CreateQuick() => Create("quick", ThrottlingTest.Quick,
        "Throttling test of 55 seconds: 20, 80, 120 and 10 concurrent requests, with the specification's expected ranges as thresholds.");

    public static Command CreateFull() => Create("full", ThrottlingTest.Full,
        "Throttling test of nine phases, about 9 minutes: concurrency up to 150, 2,000 and 3,000 requests a minute, large payloads, recovery.");

    private static Command Create(string name, ThrottlingTest test, string description)
    {
        var url = new Argument<string>("url") { Description = "The service.", HelpName = "URL" };
        var rateUrl = new Option<string?>("--rate-url") { Description = "Another URL for the rate phases.", HelpName = "URL" };
        var scale = new Option<double>("--scale") { Description = "Factor of every duration.", HelpName = "X", DefaultValueFactory = _ => 1 };
        var print = new Option<bool>("--print") { Description = "Print the scenarios and send nothing." };
        var allowTarget = ScenarioOptions.AllowTarget();
        var sessionOptions = new SessionOptions();
        var command = new Command(name, description) { url, rateUrl, scale, print, allowTarget };
        sessionOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(scale) is not (>= 0.01 and <= 10))
            {
                parsed.InvocationConfiguration.Error.WriteLine($"--scale is {parsed.GetValue(scale)}; expected 0.01 to 10");
                return LoadExitCode.Usage;
            }
            try
            {
                var (scenario, parts, yaml) = test.ToSession(parsed.GetValue(url)!, parsed.GetValue(rateUrl), parsed.GetValue(scale), SessionOptions.ProcessEnvironment());
                if (parsed.GetValue(print))
                {
                    parsed.InvocationConfiguration.Output.Write(yaml);
                    return LoadExitCode.Ok;
                }
                return await sessionOptions.RunAsync(parsed, new SessionRequest
                {
                    Scenario = scenario,
                    Parts = parts,
                    ResolvedYaml = yaml,
                    Machine = MachineInfo.Read("/", BuildInfo.Version),
                    AllowedTargets = parsed.GetValue(allowTarget) ?? [],
                    Companions = [.. DaemonView.Of(scenario.Plan)],
                });
            }
            catch (ScenarioException e)
            {
                foreach (var problem in e.Problems)
                    parsed.InvocationConfiguration.Error.WriteLine(problem);
                return LoadExitCode.Usage;
            }
        });
        return command;
    }
}
