using System.CommandLine;
using LoadShaper.Daemon.Cli;

// Before the command line is built, so that the process that holds memory stays small.
if (args is ["hold"])
    return HoldCommand.Run();

var root = new RootCommand("Keeps an Oracle Always Free VM from looking idle, unfelt by its real work.")
{
    RunCommand.Create(),
    ConfigCommand.Create(),
    DoctorCommand.Create(),
    SimulateCommand.Create(),
    ReplayCommand.Create(),
    HealthcheckCommand.Create(),
    HoldCommand.Create(),
};
foreach (var version in root.Options.OfType<VersionOption>())
    version.Action = new PrintVersion();
return await root.Parse(args).InvokeAsync();

internal sealed class PrintVersion : System.CommandLine.Invocation.SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(VersionText.Line);
        return ExitCode.Ok;
    }
}
