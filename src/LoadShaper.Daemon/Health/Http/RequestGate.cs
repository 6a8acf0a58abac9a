using LoadShaper.Domain.Admission;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LoadShaper.Daemon.Health.Http;

/// <summary>In front of every page: security headers, refusals by <see cref="HttpRequestPolicy"/>, and admission.</summary>
internal sealed class RequestGate(AllowedHosts hosts, Admission admission)
{
    // Written once: a denial costs less than an answer.
    private static readonly byte[] Throttled = Body("throttled", "too many requests", "try again in a second");
    private static readonly byte[] Overloaded = Body("overloaded", "memory or CPU of the daemon is above its limit", "try again in a second");

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        Secure(context.Response.Headers);
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;
        if (HttpRequestPolicy.Decide(new RequestHead(context.Request.Method, context.Request.Host.Host, hasBody), hosts) is { } refusal)
        {
            admission.CountRefused();
            if (refusal.StatusCode == StatusCodes.Status405MethodNotAllowed)
                context.Response.Headers.Allow = "GET, HEAD";
            await WriteAsync(context, refusal.StatusCode, Body("refused", refusal.Problem, refusal.Fix));
            return;
        }

        var isProbe = context.Request.Path.Value is "/live" or "/health";
        var (result, lease) = await admission.EnterAsync(isProbe, context.RequestAborted);
        if (lease is null)
        {
            context.Response.Headers.RetryAfter = "1";
            await (result == Admitted.Throttled
                ? WriteAsync(context, StatusCodes.Status429TooManyRequests, Throttled)
                : WriteAsync(context, StatusCodes.Status503ServiceUnavailable, Overloaded));
            return;
        }
        try
        {
            await next(context);
        }
        finally
        {
            admission.Leave(lease);
        }
    }

    // A page that needs more than nothing sets its own policy in place of this one.
    private static void Secure(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static Task WriteAsync(HttpContext context, int statusCode, byte[] body)
    {
        context.Response.StatusCode = statusCode;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static byte[] Body(string status, string problem, string fix) => JsonPage.Write(json =>
    {
        json.WriteString("status", status);
        json.WriteString("problem", problem);
        json.WriteString("fix", fix);
    });
}
