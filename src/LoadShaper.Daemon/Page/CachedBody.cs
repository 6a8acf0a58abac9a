using System.Security.Cryptography;

namespace LoadShaper.Daemon.Page;

/// <summary>An answer over HTTP. The tag is quoted, as the header has it.</summary>
internal sealed record PageBody(int StatusCode, byte[] Content, string ETag)
{
    public static PageBody Of(int statusCode, byte[] content) =>
        new(statusCode, content, $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
}

/// <summary>
/// One body for all viewers: made at most once in <paramref name="freshFor"/>, by the first request that needs it, while the
/// others wait for the same result. Nothing is computed without a request.
/// </summary>
/// <param name="make">Makes the body; receives the last one, which it may return.</param>
internal sealed class CachedBody(TimeProvider time, TimeSpan freshFor, Func<PageBody?, Task<PageBody>> make)
{
    private readonly SemaphoreSlim _turn = new(1);
    private PageBody? _last;
    private long _madeAt;

    public async Task<PageBody> GetAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_last is not null && time.GetElapsedTime(_madeAt) < freshFor)
                return _last;
            _last = await make(_last);
            _madeAt = time.GetTimestamp();
            return _last;
        }
        finally
        {
            _turn.Release();
        }
    }
}
