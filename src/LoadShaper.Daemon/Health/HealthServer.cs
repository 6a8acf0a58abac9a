using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Http;

namespace LoadShaper.Daemon.Health;

/// <summary>
/// GET and HEAD of /health and /metrics over HTTP, answered by the <see cref="HealthReporter"/>, and /live by <see cref="Liveness"/>:
/// 200 while the process and its actors respond, whatever they respond.
/// </summary>
internal static class HealthServer
{
    // The reporter answers from memory: without an answer in this time the daemon is unhealthy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Below the time limit of the probes in deploy/.
    private static readonly TimeSpan LivePatience = TimeSpan.FromSeconds(4);

    public static async Task AnswerAsync(HttpContext context, IRequiredActor<HealthReporter> reporter, Liveness liveness)
    {
        var isLive = context.Request.Path.Value == "/live";
        HealthReporter.Page? page = context.Request.Path.Value switch
        {
            "/health" => HealthReporter.Page.Health,
            "/metrics" => HealthReporter.Page.Metrics,
            _ => null,
        };
        if (page is null && !isLive)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (!isHead && !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return;
        }

        var answer = page is { } asked ? await AskAsync(reporter, asked) : await LiveAsync(liveness);
        context.Response.StatusCode = answer.StatusCode;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = answer.Body.Length;
        if (!isHead)
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static async Task<HealthReporter.Answer> AskAsync(IRequiredActor<HealthReporter> required, HealthReporter.Page page)
    {
        // HTTP may be up a moment before the actors.
        if (await FindAsync(required) is not { } reporter)
            return Unwell("starting");
        try
        {
            return await reporter.Ask<HealthReporter.Answer>(new HealthReporter.Get(page), Patience);
        }
        catch (Exception e) when (e is AskTimeoutException or TaskCanceledException)
        {
            return Unwell("health_reporter_silent");
        }
    }

    private static async Task<IActorRef?> FindAsync(IRequiredActor<HealthReporter> required)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            return await required.GetAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<HealthReporter.Answer> LiveAsync(Liveness liveness)
    {
        var silent = await liveness.SilentAsync(LivePatience);
        return new HealthReporter.Answer(
            silent.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            JsonPage.Write(json =>
            {
                json.WriteString("status", silent.Count == 0 ? "live" : "silent");
                json.WriteStartArray("silent");
                foreach (var actor in silent)
                    json.WriteStringValue(actor);
                json.WriteEndArray();
            }));
    }

    private static HealthReporter.Answer Unwell(string check) => new(
        StatusCodes.Status503ServiceUnavailable,
        JsonPage.Write(json =>
        {
            json.WriteString("status", "unhealthy");
            json.WriteStartArray("checks");
            json.WriteStringValue(check);
            json.WriteEndArray();
        }));
}
