using LoadShaper.Domain.History;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LoadShaper.Daemon.Page;

/// <summary>
/// GET and HEAD of the live page: the document at /, its figures at /api/state and /api/history. Read-only. Bodies are made
/// from the actors' memory, on the thread of the request.
/// </summary>
internal sealed class PageServer
{
    // Several viewers share one body. A control period is seldom shorter.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private readonly PageFacts _facts;
    private readonly IPageSource _source;
    private readonly CachedBody _state, _history;

    /// <param name="time">Whose timestamps are monotonic.</param>
    public PageServer(PageFacts facts, IPageSource source, TimeProvider time)
    {
        (_facts, _source) = (facts, source);
        _state = new CachedBody(time, FreshFor, MakeStateAsync);
        _history = new CachedBody(time, FreshFor, MakeHistoryAsync);
    }

    /// <summary>Middleware: answers the paths of the live page and passes on every other.</summary>
    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value;
        if (path is not ("/" or "/api/state" or "/api/history"))
        {
            await next(context);
            return;
        }

        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (!isHead && !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return;
        }

        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Kept by the browser, and asked for again each time by its tag.
        headers.CacheControl = "no-cache";
        PageBody body;
        if (path == "/")
        {
            var page = LivePage.Instance;
            body = new PageBody(StatusCodes.Status200OK, page.Html, page.ETag);
            context.Response.ContentType = "text/html; charset=utf-8";
            headers.ContentSecurityPolicy = page.ContentSecurityPolicy;
            headers.XFrameOptions = "DENY";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
        }
        else
        {
            body = await (path == "/api/state" ? _state : _history).GetAsync(context.RequestAborted);
            context.Response.ContentType = "application/json; charset=utf-8";
        }

        await WriteAsync(context, body, isHead);
    }

    private static async Task WriteAsync(HttpContext context, PageBody body, bool isHead)
    {
        context.Response.StatusCode = body.StatusCode;
        if (body.StatusCode == StatusCodes.Status200OK)
        {
            context.Response.Headers.ETag = body.ETag;
            var tag = EntityTagHeaderValue.Parse(body.ETag);
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                context.Response.ContentType = null;
                return;
            }
        }

        context.Response.ContentLength = body.Content.Length;
        if (!isHead)
            await context.Response.Body.WriteAsync(body.Content, context.RequestAborted);
    }

    private async Task<PageBody> MakeStateAsync(PageBody? last) => await _source.HealthAsync() is { } snapshot
        ? PageBody.Of(StatusCodes.Status200OK, StateJson.Write(_facts, snapshot))
        : Silent("health_reporter_silent");

    private async Task<PageBody> MakeHistoryAsync(PageBody? last)
    {
        var known = last is { StatusCode: StatusCodes.Status200OK } ? last.ETag.Trim('"') : null;
        return await _source.HistoryAsync(new HistoryWanted(known)) switch
        {
            null => Silent("history_reporter_silent"),
            { Points: null } => last!,
            var snapshot => new PageBody(StatusCodes.Status200OK, HistoryJson.Write(_facts, snapshot), $"\"{snapshot.Key}\""),
        };
    }

    private static PageBody Silent(string check) => PageBody.Of(StatusCodes.Status503ServiceUnavailable, StateJson.Silent(check));
}
