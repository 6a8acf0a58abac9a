using System.Net;
using System.Text.Json;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Control;
using LoadShaper.LoadTest.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Endpoint = LoadShaper.LoadTest.Faults.Model.Endpoint;

namespace LoadShaper.Cli.Fault;

/// <summary>
/// The HTTP interface of running proxies: list, add, change, remove, reset, as Toxiproxy has them. It listens on loopback
/// only, because it has no authentication, and refuses requests of web pages (an Origin header, Sec-Fetch-Site, or a Host header that is not loopback).
/// </summary>
internal sealed class ControlServer(FaultHost host) : IAsyncDisposable
{
    private const int MostBody = 64 * 1024;
    private WebApplication? _app;

    public int Port { get; private set; }

    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task StartAsync(Endpoint endpoint)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(endpoint.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(endpoint.Host), endpoint.Port);
            kestrel.Limits.MaxRequestBodySize = MostBody;
        });
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            if (Refusal(context.Request) is { } reason)
                await Error(StatusCodes.Status403Forbidden, reason).ExecuteAsync(context);
            else
                await next();
        });
        Map(_app);
        await _app.StartAsync();
        Port = new Uri(_app.Urls.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    /// <summary>Why a request may come from a web page; null: it does not. A browser sends a POST without asking, and then hides only the answer.</summary>
    private static string? Refusal(HttpRequest request)
    {
        if (request.Headers.ContainsKey("Origin"))
            return "the request has an Origin header, so it comes from a web page; use curl or another program";
        if (request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "none") and var site)
            return $"Sec-Fetch-Site is {site}, so the request comes from a web page; use curl or another program";
        return request.Host.Host == "localhost" || IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)
            ? null : $"Host is \"{request.Host}\"; expected a loopback address";
    }

    private void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/version", () => Json(new { Version = VersionText.Line }));
        routes.MapGet("/proxies", async () => Json(FaultJson.Status(await host.StatusAsync())));
        routes.MapPost("/proxies", (HttpRequest request) => HandleAsync(async () =>
        {
            var settings = FaultRequestReader.ReadProxy(await BodyAsync(request), host.Configuration);
            await host.AddAsync(settings);
            return await ShowAsync(settings.Name, StatusCodes.Status201Created);
        }));
        routes.MapGet("/proxies/{name}", (string name) => ShowAsync(name));
        routes.MapPost("/proxies/{name}", (string name, HttpRequest request) => HandleAsync(async () =>
        {
            var enabled = FaultRequestReader.ReadEnabled(await BodyAsync(request));
            return await host.ChangeAsync(name, p => p with { Enabled = enabled }) ? await ShowAsync(name) : await UnknownAsync(name);
        }));
        routes.MapDelete("/proxies/{name}", async (string name) => await host.RemoveAsync(name) ? Results.NoContent() : await UnknownAsync(name));
        routes.MapPost("/proxies/{name}/policy", (string name, HttpRequest request) => HandleAsync(async () =>
        {
            if ((await host.StatusAsync()).Proxies.FirstOrDefault(p => p.Settings.Name == name) is not { } proxy)
                return await UnknownAsync(name);
            var policy = FaultRequestReader.ReadPolicy(await BodyAsync(request), proxy.Settings, host.Configuration);
            return await host.ChangeAsync(name, p => p with { Policy = policy }) ? await ShowAsync(name) : await UnknownAsync(name);
        }));
        // Without a policy of its own, the rules apply again.
        routes.MapDelete("/proxies/{name}/policy", async (string name) =>
            await host.ChangeAsync(name, p => p with { Policy = null }) ? await ShowAsync(name) : await UnknownAsync(name));
        routes.MapGet("/policies", () => Json(host.Configuration.Policies.ToDictionary(p => p.Name, FaultJson.Policy)));
        routes.MapPost("/reset", () => HandleAsync(async () =>
        {
            await host.ResetAsync();
            return Results.NoContent();
        }));
    }

    private static async Task<IResult> HandleAsync(Func<Task<IResult>> handle)
    {
        try
        {
            return await handle();
        }
        catch (ScenarioException e)
        {
            return Error(StatusCodes.Status400BadRequest, e.Message);
        }
        catch (IOException e)
        {
            return Error(StatusCodes.Status409Conflict, e.Message);
        }
    }

    private async Task<IResult> ShowAsync(string name, int status = StatusCodes.Status200OK) =>
        (await host.StatusAsync()).Proxies.FirstOrDefault(p => p.Settings.Name == name) is { } proxy ? Json(FaultJson.Proxy(proxy), status) : await UnknownAsync(name);

    private async Task<IResult> UnknownAsync(string name) =>
        Error(StatusCodes.Status404NotFound, $"no proxy is named \"{name}\"; expected one of {string.Join(", ", (await host.StatusAsync()).Proxies.Select(p => p.Settings.Name).DefaultIfEmpty("none"))}");

    private static async Task<string> BodyAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
    }

    private static IResult Error(int status, string message) => Json(new { Error = message, Status = status }, status);

    private static IResult Json(object value, int status = StatusCodes.Status200OK) =>
        Results.Text(JsonSerializer.Serialize(value, ConfigJson.Options) + "\n", "application/json", statusCode: status);
}
