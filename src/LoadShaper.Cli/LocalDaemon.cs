using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli;

/// <summary>Where the daemon of this machine answers, and a client that asks it there.</summary>
internal static class LocalDaemon
{
    public static readonly IReadOnlyList<string> Needed = ["HEALTH_ENABLED", "HEALTH_HOST", "HEALTH_PORT"];

    /// <summary>The settings of the HTTP endpoint alone: a problem of another setting does not matter for it.</summary>
    public static HealthSettings SettingsOf(SettingsReading reading) => reading.Values
        .Where(value => Needed.Contains(value.Setting.Name) && value.Text != "")
        .Select(value => value.Setting.Read(value.Text).Put)
        .Aggregate(new LoadShaperSettings(), (settings, put) => put is null ? settings : put(settings)).Health;

    /// <summary>Connects by address: a scope id does not fit into a URI, and a proxy of the environment would ask another machine.</summary>
    public static HttpClient CreateClient(IPEndPoint endPoint) =>
        new(new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, cancel) => ConnectAsync(endPoint, cancel) })
        {
            BaseAddress = new Uri($"http://localhost:{endPoint.Port}"),
            Timeout = TimeSpan.FromSeconds(5),
        };

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
