using System.CommandLine;
using LoadShaper.Cli.Load.Distribution;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load`: the load tester.</summary>
internal static class LoadCommand
{
    public static Command Create() => new("load", "Put load on a service and measure it: HTTP, TCP and UDP, open and closed models.")
    {
        LoadRunCommand.Create(),
        LoadWorkerCommand.Create(),
        LoadCertCommand.Create(),
        LoadCheckCommand.Create(),
        LoadSuiteCommand.CreateQuick(),
        LoadSuiteCommand.CreateFull(),
        LoadSoakCommand.Create(),
        LoadCompareCommand.Create(),
        LoadReportCommand.Create(),
        LoadBaselineCommand.Create(),
        LoadArchiveCommand.Create(),
    };
}
