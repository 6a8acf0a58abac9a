using System.CommandLine;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Policies;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.Cli.Fault;

/// <summary>`loadshaper fault netem`: prints what does the same in the kernel. It changes nothing on the machine.</summary>
internal static class FaultNetemCommand
{
    public static Command Create()
    {
        var policy = new Argument<string>("policy") { Description = $"{char.ToUpperInvariant(PolicyReference.Expected[0])}{PolicyReference.Expected[1..]}.", HelpName = "POLICY" };
        var device = new Option<string>("--dev") { Description = "The interface on the client's machine.", HelpName = "DEV", DefaultValueFactory = _ => "eth0" };
        var command = new Command("netem", "Print the tc netem lines of a policy, for what only the kernel can do. Executes nothing.") { policy, device };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            try
            {
                var read = PolicyReference.Read(parsed.GetValue(policy)!, "policy");
                var dev = parsed.GetValue(device)!;
                foreach (var (name, at, link) in ((string, string, LoadTest.Faults.Model.LinkFaults)[])
                    [("uplink, on the client", dev, read.Uplink), ("downlink, on the server", dev, read.Downlink)])
                {
                    var (line, missing) = NetemText.Of(link, at);
                    output.WriteLine($"# {name}\n{line}");
                    foreach (var text in missing)
                        output.WriteLine($"# not the same: {text}");
                }
                foreach (var text in NetemText.NotInKernel(read))
                    output.WriteLine($"# not possible: {text}");
                output.WriteLine($"# to end it: tc qdisc del dev {dev} root");
                return ExitCode.Ok;
            }
            catch (ScenarioException e)
            {
                foreach (var problem in e.Problems)
                    error.WriteLine(problem);
                return ExitCode.Config;
            }
        });
        return command;
    }
}
