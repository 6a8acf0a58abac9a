using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Daemon.Alerts;

/// <summary>
/// Sends notifications and pings over HTTP. Follows no redirect, keeps no cookie, reads no answer but its status. Uses the proxy of
/// the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY). Never throws: an error is a result, in words without any part of a URL.
/// </summary>
internal sealed class AlertSender : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _timeout;
    private readonly HttpClient _http;

    /// <param name="timeout">Of one request; 10 s unless a test says otherwise.</param>
    public AlertSender(TimeSpan? timeout = null)
    {
        _timeout = timeout ?? Longest;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = 2,
            MaxResponseHeadersLength = 32,
            // A few requests a day: a connection kept for the next one would be closed by the other side.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<DeliveryResult> SendAsync(AlertChannel channel, Notification notification, Verdict? verdict, CancellationToken cancel) =>
        SendAsync(() => AlertRequest.For(channel, notification, verdict), cancel);

    public Task<DeliveryResult> SendAsync(DeadmanTarget target, DeadmanPing ping, CancellationToken cancel) =>
        SendAsync(() => AlertRequest.For(target, ping), cancel);

    public void Dispose() => _http.Dispose();

    private async Task<DeliveryResult> SendAsync(Func<HttpRequestMessage> create, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(_timeout);
        try
        {
            using var request = create();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            return Judge(response);
        }
        catch (OperationCanceledException)
        {
            return new DeliveryResult(cancel.IsCancellationRequested ? "the daemon stopped" : FormattableString.Invariant($"no answer within {_timeout.TotalSeconds:0.#} s"));
        }
        catch (HttpRequestException e)
        {
            return new DeliveryResult(HttpFailure.Describe(e));
        }
        catch (Exception e)
        {
            // A request that cannot even be made must not stop the other channels; the message may contain the URL.
            return new DeliveryResult($"the request failed ({e.GetType().Name})");
        }
    }

    private static DeliveryResult Judge(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
            return DeliveryResult.Delivered;
        var retryAfter = response.Headers.RetryAfter?.Delta;
        return new DeliveryResult(
            status switch
            {
                >= 300 and < 400 => $"HTTP {status}: a redirect, which is not followed; write its target into the setting",
                401 or 403 => $"HTTP {status}: not allowed; check the credentials in the setting",
                404 or 410 => $"HTTP {status}: not found; check the path in the setting",
                429 => "HTTP 429: too many requests",
                _ => $"HTTP {status}",
            },
            retryAfter,
            // It will not accept the same content later either.
            IsRejected: status is 400 or 413 or 415 or 422);
    }
}
