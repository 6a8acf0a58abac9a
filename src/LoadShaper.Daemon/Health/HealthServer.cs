using Akka.Actor;
using Microsoft.AspNetCore.Http;

namespace LoadShaper.Daemon.Health;

/// <summary>GET and HEAD of /health and /metrics over HTTP, answered by the <see cref="HealthReporter"/>.</summary>
internal static class HealthServer
{
    // The reporter answers from memory; one that takes longer has failed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task AnswerAsync(HttpContext context, IActorRef reporter)
    {
        HealthReporter.Page? page = context.Request.Path.Value switch
        {
            "/health" => HealthReporter.Page.Health,
            "/metrics" => HealthReporter.Page.Metrics,
            _ => null,
        };
        if (page is null)
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

        var answer = await AskAsync(reporter, page.Value);
        context.Response.StatusCode = answer.StatusCode;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = answer.Body.Length;
        if (!isHead)
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static async Task<HealthReporter.Answer> AskAsync(IActorRef reporter, HealthReporter.Page page)
    {
        // HTTP may be up a moment before the tree.
        if (reporter.IsNobody())
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
