using System.CommandLine;

namespace LoadShaper.Cli.Fault;

/// <summary>`loadshaper fault`: faults between a client and a server.</summary>
internal static class FaultCommand
{
    public static Command Create() => new("fault", "Put faults between a client and a server: TCP and UDP proxies, a resolver, baseline against policy.")
    {
        FaultServeCommand.CreateProxy(),
        FaultServeCommand.CreateDns(),
        FaultProfilesCommand.Create(),
        FaultNetemCommand.Create(),
        FaultBaselineCommand.Create(),
    };
}
