using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LoadShaper.Cli.Tests.Load;

/// <summary>A server on loopback that answers everything with "ok" and counts it.</summary>
internal sealed class CountingServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly int _awaited;
    private readonly TaskCompletionSource _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;

    private CountingServer(int awaited)
    {
        _awaited = awaited;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(context =>
        {
            if (Interlocked.Increment(ref _requests) == _awaited)
                _underWay.SetResult();
            return context.Response.WriteAsync("ok");
        });
    }

    public string Url => _server.Urls.First();

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Completes with the awaited request.</summary>
    public Task UnderWay => _underWay.Task;

    /// <param name="awaited">Which request completes <see cref="UnderWay"/>.</param>
    public static async Task<CountingServer> StartAsync(int awaited = 1)
    {
        var server = new CountingServer(awaited);
        await server._server.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
