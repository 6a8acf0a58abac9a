using Akka.Actor;
using Akka.Hosting;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Metrics;
using Microsoft.AspNetCore.Http;

namespace LoadShaper.Daemon.Health;

/// <summary>
/// Behind <see cref="Http.RequestGate"/>: /health and /metrics, answered by the <see cref="HealthReporter"/>, and /live by
/// <see cref="Liveness"/>: 200 while the process and its actors respond, also with an unhealthy state. /metrics is JSON, or Prometheus
/// text for a client that asks for it.
/// </summary>
internal static class HealthServer
{
    // The reporter answers from memory: without an answer in this time the daemon is unhealthy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Below the time limit of the probes in deploy/.
    private static readonly TimeSpan LivePatience = TimeSpan.FromSeconds(4);

    public static async Task AnswerAsync(HttpContext context, IRequiredActor<HealthReporter> reporter, Liveness liveness, PrometheusPage prometheus)
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
        if (page == HealthReporter.Page.Metrics)
            context.Response.Headers.Vary = "Accept";
        var isText = page == HealthReporter.Page.Metrics && MetricsFormatPolicy.Decide(context.Request.Headers.Accept) == MetricsFormat.Prometheus;
        var answer = isText ? await TextAsync(reporter, prometheus)
            : page is { } asked ? await AskAsync(reporter, new HealthReporter.Get(asked), (HealthReporter.Answer answered) => answered)
            : await LiveAsync(liveness);
        context.Response.StatusCode = answer.StatusCode;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        if (!isHead)
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static async Task<HealthReporter.Answer> TextAsync(IRequiredActor<HealthReporter> reporter, PrometheusPage prometheus)
    {
        var storage = await prometheus.ReadStorageAsync();
        return await AskAsync(reporter, HealthWanted.Instance, (HealthSnapshot reports) =>
            new HealthReporter.Answer(StatusCodes.Status200OK, prometheus.Write(reports, storage), PrometheusText.ContentType));
    }

    private static async Task<HealthReporter.Answer> AskAsync<T>(IRequiredActor<HealthReporter> required, object question, Func<T, HealthReporter.Answer> toAnswer)
    {
        // HTTP may be up a moment before the actors.
        if (await FindAsync(required) is not { } reporter)
            return Unwell("starting");
        try
        {
            return toAnswer(await reporter.Ask<T>(question, Patience));
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
