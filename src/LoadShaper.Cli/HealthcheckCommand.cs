using System.CommandLine;
using System.Globalization;

namespace LoadShaper.Cli;

/// <summary>`loadshaper healthcheck`: GET /health of the daemon on this machine, for images that carry no curl.</summary>
internal static class HealthcheckCommand
{
    public static Command Create()
    {
        var command = new Command("healthcheck", "Ask the running daemon's /health; exit code 0 when it is healthy or degraded, 1 otherwise.");
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (Environment.GetEnvironmentVariable("HEALTH_ENABLED")?.Trim().ToLowerInvariant() is "false" or "0" or "no" or "off")
        {
            Console.WriteLine("HEALTH_ENABLED is off: there is nothing to ask.");
            return ExitCode.Ok;
        }
        var host = Environment.GetEnvironmentVariable("HEALTH_HOST") is { Length: > 0 } h and not ("0.0.0.0" or "::" or "*") ? h : "127.0.0.1";
        var port = int.TryParse(Environment.GetEnvironmentVariable("HEALTH_PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var p) ? p : 8080;
        var uri = new UriBuilder(Uri.UriSchemeHttp, host, port, "/health").Uri;
        // A proxy of the environment knows another machine by this address.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await client.GetAsync(uri, cancellation);
            Console.WriteLine(await response.Content.ReadAsStringAsync(cancellation));
            return response.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.Failure;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Console.Error.WriteLine($"{uri} does not answer: {e.Message}");
            return ExitCode.Failure;
        }
    }
}
