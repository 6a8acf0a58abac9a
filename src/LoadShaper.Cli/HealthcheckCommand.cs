using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli;

/// <summary>`loadshaper healthcheck`: GET /health of the daemon on this machine, for images without curl.</summary>
internal static class HealthcheckCommand
{
    private static readonly string[] Needed = ["HEALTH_ENABLED", "HEALTH_HOST", "HEALTH_PORT"];

    public static Command Create()
    {
        var command = new Command("healthcheck", "Ask the running daemon's /health; exit code 0 when it is healthy or degraded, 1 otherwise.");
        command.SetAction((parsed, cancellation) =>
            RunAsync(ConfigurationLoader.ProcessEnvironment(), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellation));
        return command;
    }

    internal static async Task<int> RunAsync(IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        // Read as `run` reads them; a problem of another setting does not matter here.
        var reading = ConfigurationLoader.LoadLocal(environment).Reading;
        if (reading.Problems.Where(problem => Needed.Contains(problem.Variable)).ToArray() is { Length: > 0 } problems)
        {
            await error.WriteAsync(SettingsReport.Problems(problems));
            return ExitCode.Failure;
        }
        var health = HealthOf(reading);
        if (!health.Enabled)
        {
            await output.WriteLineAsync("HEALTH_ENABLED is false: there is no health endpoint to ask.");
            return ExitCode.Ok;
        }

        var endPoint = HealthPort.LocalEndPoint(health);
        // Connected by address: a scope id does not fit into a URI, and a proxy of the environment would ask another machine.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, cancel) => ConnectAsync(endPoint, cancel) })
        {
            Timeout = TimeSpan.FromSeconds(5),
        };
        try
        {
            using var response = await client.GetAsync($"http://localhost:{endPoint.Port}/health", cancellation);
            await output.WriteLineAsync(await response.Content.ReadAsStringAsync(cancellation));
            return response.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.Failure;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await error.WriteLineAsync($"No answer from http://{endPoint}/health: {e.Message}. Fix: start `loadshaper run`, or give this command the same HEALTH_HOST and HEALTH_PORT.");
            return ExitCode.Failure;
        }
    }

    private static HealthSettings HealthOf(SettingsReading reading) => reading.Values
        .Where(value => Needed.Contains(value.Setting.Name) && value.Text != "")
        .Select(value => value.Setting.Read(value.Text).Put)
        .Aggregate(new LoadShaperSettings(), (settings, put) => put is null ? settings : put(settings)).Health;

    private static async ValueTask<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancel)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
