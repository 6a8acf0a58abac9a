using System.CommandLine;
using LoadShaper.Cli;
using LoadShaper.Cli.CommandLine;

// Before the command line is built, so that the process that holds memory stays small.
if (args is ["hold"])
    return HoldCommand.Run();

// The daemon handles signals itself, and ends in its own time.
return await Root.InvokeAsync(Root.Create(), args, new InvocationConfiguration { ProcessTerminationTimeout = null });
