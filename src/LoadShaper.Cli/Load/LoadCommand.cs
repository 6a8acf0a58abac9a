using System.CommandLine;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load`: the load tester.</summary>
internal static class LoadCommand
{
    public static Command Create() => new("load", "Put load on a service and measure it: HTTP, TCP and UDP, open and closed models.")
    {
        LoadRunCommand.Create(),
        LoadCheckCommand.Create(),
        LoadSuiteCommand.CreateQuick(),
        LoadSuiteCommand.CreateFull(),
        LoadCompareCommand.Create(),
        LoadReportCommand.Create(),
        LoadBaselineCommand.Create(),
        LoadArchiveCommand.Create(),
    };
}
