using System.Text;
using LoadShaper.Daemon.Page;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.History;
using LoadShaper.Domain.Platform;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LoadShaper.Daemon.Tests.Page;

public sealed class PageServerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly GivenSource _source = new();
    private readonly FakeTimeProvider _time = new();
    private readonly PageServer _server;

    public PageServerTests()
    {
        _server = new PageServer(GivenSource.Facts, _source, _time);
        _source.Health = new HealthSnapshot(new HealthState(), new HealthVerdict(HealthStatus.Healthy, ["all_systems_operational"]), Noon);
        _source.History = new HistorySnapshot("a-1", true, new WeekHistory(IdleRule.Oracle, TimeSpan.FromSeconds(5)).PointsAt(Noon));
    }

    [Fact]
    public async Task Viewers_within_a_second_share_one_body()
    {
        for (var viewer = 0; viewer < 20; viewer++)
            await GetAsync("/api/state");
        Assert.Equal(1, _source.Asked);

        _time.Advance(TimeSpan.FromSeconds(1));
        await GetAsync("/api/state");
        Assert.Equal(2, _source.Asked);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/state")]
    [InlineData("/api/history")]
    public async Task An_unchanged_body_is_not_sent_again(string path)
    {
        var first = await GetAsync(path);
        _time.Advance(TimeSpan.FromMinutes(1));
        var second = await GetAsync(path, known: $"\"other\", {first.Headers.ETag}");

        Assert.Equal(200, first.StatusCode);
        Assert.True(Body(first).Length > 0);
        Assert.Equal(304, second.StatusCode);
        Assert.Empty(Body(second));
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task A_changed_history_has_another_tag_and_an_unchanged_one_is_not_written_again()
    {
        var first = await GetAsync("/api/history");
        _time.Advance(TimeSpan.FromMinutes(1));
        var same = await GetAsync("/api/history");
        _source.History = _source.History! with { Key = "a-2" };
        _time.Advance(TimeSpan.FromMinutes(1));
        var next = await GetAsync("/api/history", known: first.Headers.ETag!);

        Assert.Equal(Body(first), Body(same));
        Assert.Equal(200, next.StatusCode);
        Assert.NotEqual(first.Headers.ETag, next.Headers.ETag);
    }

    [Theory]
    [InlineData("/api/state", "health_reporter_silent")]
    [InlineData("/api/history", "history_reporter_silent")]
    public async Task Silent_actors_are_503_and_are_asked_again(string path, string check)
    {
        var (health, history) = (_source.Health, _source.History);
        (_source.Health, _source.History) = (null, null);
        var silent = await GetAsync(path);
        (_source.Health, _source.History) = (health, history);
        _time.Advance(TimeSpan.FromSeconds(2));
        var answered = await GetAsync(path);

        Assert.Equal(503, silent.StatusCode);
        Assert.Contains(check, Encoding.UTF8.GetString(Body(silent)), StringComparison.Ordinal);
        Assert.Equal(200, answered.StatusCode);
    }

    [Fact]
    public async Task HEAD_has_the_headers_and_no_body_and_other_methods_are_refused()
    {
        var head = await GetAsync("/api/state", method: "HEAD");
        var post = await GetAsync("/api/state", method: "POST");

        Assert.Equal(200, head.StatusCode);
        Assert.True(head.ContentLength > 0);
        Assert.Empty(Body(head));
        Assert.Equal(405, post.StatusCode);
        Assert.Equal("GET, HEAD", post.Headers.Allow);
    }

    [Fact]
    public async Task Other_paths_are_passed_on()
    {
        var passedOn = false;
        var context = Context("/health", "GET");
        await _server.AnswerAsync(context, _ =>
        {
            passedOn = true;
            return Task.CompletedTask;
        });

        Assert.True(passedOn);
        Assert.Equal(0, _source.Asked);
    }

    [Fact]
    public async Task The_page_lets_only_itself_run()
    {
        var page = await GetAsync("/");
        var policy = page.Headers.ContentSecurityPolicy.ToString();
        var html = Encoding.UTF8.GetString(Body(page));

        Assert.StartsWith("text/html", page.ContentType, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; script-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.XContentTypeOptions);
        // No other resource, no attribute that the policy forbids, and every part in its place.
        Assert.DoesNotMatch("""(src|href)="(https?:)?//""", html);
        Assert.DoesNotMatch("""<[^>]*\s(style|on\w+)=""", html[..html.IndexOf("<script type", StringComparison.Ordinal)]);
        Assert.DoesNotContain("/*style*/", html, StringComparison.Ordinal);
        Assert.DoesNotContain("/*script*/", html, StringComparison.Ordinal);
        Assert.Equal(1, html.Split("<script").Length - 1);
    }

    private async Task<HttpResponse> GetAsync(string path, string? known = null, string method = "GET")
    {
        var context = Context(path, method);
        if (known is not null)
            context.Request.Headers.IfNoneMatch = known;
        await _server.AnswerAsync(context, _ => throw new InvalidOperationException($"{path} was passed on"));
        return context.Response;
    }

    private static DefaultHttpContext Context(string path, string method)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        context.Request.Method = method;
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static byte[] Body(HttpResponse response) => ((MemoryStream)response.Body).ToArray();
}
