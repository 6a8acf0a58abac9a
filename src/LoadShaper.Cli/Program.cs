using System.CommandLine;
using System.CommandLine.Invocation;
using LoadShaper.Cli;
using LoadShaper.Cli.Explain;
using LoadShaper.Cli.Load;
using LoadShaper.Cli.Simulate;

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
    ExplainCommand.Create(),
    LoadCommand.Create(),
    HealthcheckCommand.Create(),
    HoldCommand.Create(),
};
foreach (var version in root.Options.OfType<VersionOption>())
    version.Action = new PrintVersion();

var parsed = root.Parse(args);
// The daemon hears signals by itself, and ends in its own time.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Action is ParseErrorAction ? ExitCode.Usage : code;

internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(VersionText.Line);
        return ExitCode.Ok;
    }
}
