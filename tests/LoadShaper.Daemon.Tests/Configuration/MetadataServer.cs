using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>A real HTTP server on loopback that plays Oracle's metadata service.</summary>
internal sealed class MetadataServer : IAsyncDisposable
{
    /// <summary>As the service answers on an A1 with 2 OCPU; unused fields left in.</summary>
    public const string A1Answer =
        """
        {"id":"ocid1.instance.oc1.eu-frankfurt-1.x","region":"eu-frankfurt-1","shape":"VM.Standard.A1.Flex",
         "shapeConfig":{"ocpus":2.0,"memoryInGBs":8.0,"networkingBandwidthInGbps":2.0,"maxVnicAttachments":2},
         "state":"Running","timeCreated":1600381928581,"agentConfig":{"monitoringDisabled":false}}
        """;

    private readonly WebApplication _app;

    private MetadataServer(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Path, Dictionary<string, string> Headers)> Requests { get; } = new();

    public Uri Address => new(_app.Urls.First() + "/opc/v2/instance/");

    public static async Task<MetadataServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new MetadataServer(app);
        app.Run(context =>
        {
            server.Requests.Enqueue((context.Request.Path, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())));
            return answer(context, server.Requests.Count);
        });
        await app.StartAsync();
        return server;
    }

    /// <summary>Always the same answer.</summary>
    public static Task<MetadataServer> StartAsync(int status, string body) => StartAsync((context, _) =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    });

    public async ValueTask DisposeAsync()
    {
        // A request that was left hanging must not hold up the end of the test.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
