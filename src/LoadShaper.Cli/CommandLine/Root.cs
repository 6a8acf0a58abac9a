using System.CommandLine;
using System.CommandLine.Invocation;
using LoadShaper.Cli.Alerts;
using LoadShaper.Cli.Explain;
using LoadShaper.Cli.Fault;
using LoadShaper.Cli.Fleet;
using LoadShaper.Cli.Load;
using LoadShaper.Cli.Oracle;
using LoadShaper.Cli.Run;
using LoadShaper.Cli.Simulate;
using LoadShaper.Cli.Status;

namespace LoadShaper.Cli.CommandLine;

/// <summary>The whole command line.</summary>
internal static class Root
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Keeps an Oracle Always Free VM from being reclaimed as idle, without disturbing other processes.")
        {
            RunCommand.Create(),
            ReceiveCommand.Create(),
            ConfigCommand.Create(),
            MetricsCommand.Create(),
            DoctorCommand.Create(),
            SimulateCommand.Create(),
            ReplayCommand.Create(),
            StatusCommand.Create(),
            OracleCommand.Create(),
            FleetCommand.Create(),
            AlertCommand.Create(),
            ExplainCommand.Create(),
            LoadCommand.Create(),
            FaultCommand.Create(),
            HealthcheckCommand.Create(),
            HoldCommand.Create(),
            CompletionCommand.Create(),
            HelpCommand.CreateVersion(),
        };
        root.Add(HelpCommand.Create(root));
        foreach (var version in root.Options.OfType<VersionOption>())
            version.Action = new PrintVersion();
        Examples.AddTo(root);
        return root;
    }

    /// <returns>The exit code.</returns>
    public static async Task<int> InvokeAsync(RootCommand root, IReadOnlyList<string> arguments, InvocationConfiguration configuration)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Action is not ParseErrorAction)
            return await parsed.InvokeAsync(configuration);
        // Without any command the help is the answer.
        if (arguments.Count == 0)
            await root.Parse(["--help"]).InvokeAsync(configuration);
        else
            await configuration.Error.WriteAsync(UsageErrors.Render(parsed));
        return ExitCode.Usage;
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(VersionText.Line);
            return ExitCode.Ok;
        }
    }
}
