using System.CommandLine;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Fleet;
using LoadShaper.Domain.Fleet;

namespace LoadShaper.Cli.Fleet;

/// <summary>`loadshaper fleet`: the verdict of every VM of FLEET_PEERS, read from their /health.</summary>
internal static class FleetCommand
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    // Moves the cursor home and clears what is below, so that the screen does not flicker.
    private const string ClearScreen = "\u001b[H\u001b[J";

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON, one line for each reading." };
        var watch = new Option<bool>("--watch") { Description = "Read again every 10 s until interrupted." };
        var command = new Command(
            "fleet", "Show the verdict of every VM of FLEET_PEERS; exit code 0 when none is at risk, 1 when one is at risk or unhealthy, 2 when one is unreachable, 78 when FLEET_PEERS is wrong or not set.") { json, watch };
        command.SetAction((parsed, cancel) => RunAsync(
            ConfigurationLoader.ProcessEnvironment(), parsed.GetValue(json), parsed.GetValue(watch), !Console.IsOutputRedirected, TimeProvider.System,
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancel));
        return command;
    }

    /// <param name="isTerminal">Whether a new table replaces the one before.</param>
    /// <param name="patience">For the answer of one VM; that of <see cref="FleetClient"/> unless given.</param>
    internal static async Task<int> RunAsync(
        IReadOnlyDictionary<string, string> environment, bool json, bool watch, bool isTerminal, TimeProvider time, TextWriter output, TextWriter error, CancellationToken cancel,
        TimeSpan? patience = null)
    {
        var (settings, problems) = SomeSettings.Read(ConfigurationLoader.LoadLocal(environment).Reading, ["FLEET_PEERS"]);
        if (problems.Count > 0)
        {
            await error.WriteAsync(SettingsReport.Problems(problems));
            return ExitCode.Config;
        }
        if (settings.Fleet.Peers is not { Count: > 0 } peers)
        {
            await error.WriteLineAsync("FLEET_PEERS is not set. Fix: name the VMs, for example FLEET_PEERS=vm1=http://10.0.0.11:8080,vm2=http://10.0.0.12:8080.");
            return ExitCode.Config;
        }

        using var client = new FleetClient(patience);
        var status = FleetStatus.Unread(peers, time.GetUtcNow());
        while (true)
        {
            try
            {
                var readings = await client.ReadAsync(peers, cancel);
                status = status.Apply(readings, time.GetUtcNow());
                if (json)
                    await output.WriteLineAsync(FleetText.Json(status));
                else
                    await output.WriteAsync((watch && isTerminal ? ClearScreen : "") + FleetText.Of(status) + (watch && !isTerminal ? "\n" : ""));
                await output.FlushAsync(cancel);
                if (!watch)
                    return (int)FleetPolicy.Rate(status);
                await Task.Delay(Every, time, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // Interrupted: the last complete reading is the result.
                return (int)FleetPolicy.Rate(status);
            }
        }
    }
}
