using System.CommandLine;
using System.Globalization;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Network;
using LoadShaper.Daemon.Network.Receiving;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Cli.Run;

/// <summary>`loadshaper receive`: the receiver of NET_MODE=server by itself, without a keeper and without a data directory.</summary>
internal static class ReceiveCommand
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var command = new Command("receive", "Receive traffic from NET_PEERS on NET_PORT, count it and drop it, until SIGTERM or SIGINT.");
        command.SetAction(async (parsed, _) =>
        {
            using var signals = new StopSignals();
            return await RunAsync(
                ConfigurationLoader.ProcessEnvironment(), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, signals.Asked);
        });
        return command;
    }

    internal static async Task<int> RunAsync(IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error, CancellationToken stop)
    {
        // A problem of another topic does not matter here.
        var reading = ConfigurationLoader.LoadLocal(environment).Reading;
        var problems = reading.Problems.Where(problem => problem.Variable.StartsWith("NET_", StringComparison.Ordinal)).ToArray();
        if (problems.Length > 0)
        {
            await error.WriteAsync(SettingsReport.Problems(problems));
            return ExitCode.Config;
        }
        var settings = SettingsOf(environment) with { Mode = NetworkMode.Server };
        if (!FallbackPolicy.MayReceive(settings))
            return await RefuseAsync(error, "NET_PEERS is empty, so nothing would be accepted. Fix: set NET_PEERS to the addresses of the machines that send.");
        using var server = new ReceiverServer(settings, TimeProvider.System);
        if (server.Problem is { } problem)
            return await RefuseAsync(error, $"The receiver {problem}. Fix: stop the other program on the port, or set another NET_PORT on all machines.");
        await output.WriteLineAsync($"Receiving on port {server.Port} from {string.Join(", ", settings.Peers)}{(settings.Key is null ? "; without NET_KEY only from private addresses" : "")}");
        await ReceiveAsync(settings, server, output, stop);
        await output.WriteLineAsync(Line(server.Read()));
        return ExitCode.Ok;
    }

    private static async Task ReceiveAsync(NetworkSettings settings, ReceiverServer server, TextWriter output, CancellationToken stop)
    {
        IReadOnlyList<ResolvedPeer> peers = [];
        var before = "";
        try
        {
            while (true)
            {
                peers = PeerResolver.Keep(peers, await PeerResolver.ReadAsync(settings));
                server.Accept(peers.Where(peer => peer.IsUsable).Select(peer => peer.EndPoint!.Address));
                var line = Line(server.Read());
                if (line != before)
                    await output.WriteLineAsync(before = line);
                await Task.Delay(ReportEvery, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
    }

    private static NetworkSettings SettingsOf(IReadOnlyDictionary<string, string> environment) =>
        Domain.Settings.SettingsTable.All
            .Where(setting => setting.Name.StartsWith("NET_", StringComparison.Ordinal) && environment.GetValueOrDefault(setting.Name)?.Trim() is { Length: > 0 })
            .Aggregate(new Domain.Settings.LoadShaperSettings(), (settings, setting) => setting.Read(environment[setting.Name].Trim()).Put?.Invoke(settings) ?? settings)
            .Network;

    private static string Line(ReceiverStatus status) => string.Create(
        CultureInfo.InvariantCulture,
        $"received {status.Received.MiB:0.0} MiB, {status.Packets} UDP packets; senders: {(status.Senders.Count == 0 ? "none" : string.Join(", ", status.Senders))}; refused: {status.Refused.Values.Sum()}");

    private static async Task<int> RefuseAsync(TextWriter error, string problem)
    {
        await error.WriteLineAsync(problem);
        return ExitCode.Config;
    }
}
