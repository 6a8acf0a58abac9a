using System.Net;
using System.Net.Sockets;
using LoadShaper.Daemon.Health.Http;
using LoadShaper.Domain.Admission;
using LoadShaper.Domain.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace LoadShaper.Daemon.Tests.Health.Http;

/// <summary>The daemon's web server with its limits, in front of pages that answer when they are told to.</summary>
internal sealed class GatedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside, _most;

    private GatedServer(HealthSettings health, LogLines lines)
    {
        Admission = new Admission(health.Limits, TimeProvider.System, () => 0, lines.Log);
        Root = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", health.Port).Uri;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => HttpLimits.Apply(options, health));
        _app = builder.Build();
        _app.Use(new RequestGate(new AllowedHosts("test", []), Admission).PassAsync);
        _app.Run(AnswerAsync);
    }

    public Admission Admission { get; }

    public Uri Root { get; }

    /// <summary>The most requests that were inside at once, counted by the pages.</summary>
    public int Most => Volatile.Read(ref _most);

    public int Inside => Volatile.Read(ref _inside);

    public static async Task<GatedServer> StartAsync(LogLines lines)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var server = new GatedServer(new HealthSettings { Port = port }, lines);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>From now on every page answers.</summary>
    public void Answer() => _answer.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Answer();
        await _app.DisposeAsync();
        Admission.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var now = Interlocked.Increment(ref _inside);
        for (var most = _most; now > most && Interlocked.CompareExchange(ref _most, now, most) != most; most = _most)
        {
        }
        try
        {
            // A health check is quick in the daemon too.
            if (context.Request.Path != "/health")
                await _answer.Task;
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}
