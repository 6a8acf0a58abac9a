using System.CommandLine;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;

namespace LoadShaper.Cli;

/// <summary>`loadshaper healthcheck`: GET /health of the daemon on this machine, for images without curl.</summary>
internal static class HealthcheckCommand
{
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
        if (reading.Problems.Where(problem => LocalDaemon.Needed.Contains(problem.Variable)).ToArray() is { Length: > 0 } problems)
        {
            await error.WriteAsync(SettingsReport.Problems(problems));
            return ExitCode.Failure;
        }
        var health = LocalDaemon.SettingsOf(reading);
        if (!health.Enabled)
        {
            await output.WriteLineAsync("HEALTH_ENABLED is false: there is no health endpoint to ask.");
            return ExitCode.Ok;
        }

        var endPoint = HealthPort.LocalEndPoint(health);
        using var client = LocalDaemon.CreateClient(endPoint);
        try
        {
            using var response = await client.GetAsync("/health", cancellation);
            await output.WriteLineAsync(await response.Content.ReadAsStringAsync(cancellation));
            return response.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.Failure;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await error.WriteLineAsync($"No answer from http://{endPoint}/health: {e.Message}. Fix: start `loadshaper run`, or give this command the same HEALTH_HOST and HEALTH_PORT.");
            return ExitCode.Failure;
        }
    }
}
