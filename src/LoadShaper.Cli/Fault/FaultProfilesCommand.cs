using System.CommandLine;
using LoadShaper.LoadTest.Faults.Policies;

namespace LoadShaper.Cli.Fault;

/// <summary>`loadshaper fault profiles`: the ready policies, in a form to copy.</summary>
internal static class FaultProfilesCommand
{
    public static Command Create()
    {
        var command = new Command("profiles", "Print the ready policies as a configuration file.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(FaultProfiles.Text));
        return command;
    }
}
