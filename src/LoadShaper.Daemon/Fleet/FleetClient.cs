using System.Net;
using System.Text.Json;
using LoadShaper.Domain.Fleet;

namespace LoadShaper.Daemon.Fleet;

/// <summary>Reads the /health of other VMs: 2 s for each, all at once, never through a proxy, never after a redirect, at most 256 KiB.</summary>
internal sealed class FleetClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int MaxBytes = 256 * 1024;

    private readonly TimeSpan _patience;

    // A proxy of the environment would ask another machine for a private address.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false, AllowAutoRedirect = false, UseCookies = false, MaxResponseHeadersLength = 16, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
    })
    {
        MaxResponseContentBufferSize = MaxBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <param name="patience">For one peer; 2 s unless a test says otherwise.</param>
    public FleetClient(TimeSpan? patience = null) => _patience = patience ?? Patience;

    /// <returns>One reading for each peer, in their order. Errors are readings.</returns>
    public Task<FleetReading[]> ReadAsync(IReadOnlyList<FleetPeer> peers, CancellationToken cancel = default) =>
        Task.WhenAll(peers.Select(peer => ReadAsync(peer, cancel)));

    public void Dispose() => _http.Dispose();

    private async Task<FleetReading> ReadAsync(FleetPeer peer, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(_patience);
        try
        {
            using var request = HttpRequests.Authorized(HttpMethod.Get, new Uri(peer.Url.Reveal(), "health"));
            // An unhealthy daemon answers 503 with the same body.
            using var response = await _http.SendAsync(request, timeout.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false);
            return FleetReportParser.Parse(body) is { } report
                ? new FleetReading(peer, report, null)
                : new FleetReading(peer, null, Describe(response.StatusCode));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new FleetReading(peer, null, FormattableString.Invariant($"no answer within {_patience.TotalSeconds:0.#} s"));
        }
        catch (HttpRequestException e)
        {
            return new FleetReading(peer, null, HttpFailure.Describe(e));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One peer must not fail the reading of all others.
            return new FleetReading(peer, null, $"the request failed ({e.GetType().Name})");
        }
    }

    private static string Describe(HttpStatusCode status) => status == HttpStatusCode.MisdirectedRequest
        ? "HTTP 421: the name in FLEET_PEERS is not in its HEALTH_ALLOWED_HOSTS"
        : $"HTTP {(int)status}, and not the /health of a LoadShaper";
}

/// <summary>Parses what a fleet needs of /health.</summary>
internal static class FleetReportParser
{
    // The answer comes from another machine: its words are printed in tables and logs.
    private const int LongestWord = 64;

    private static readonly string[] Statuses = ["healthy", "degraded", "unhealthy"];

    /// <returns>Null when it is no /health of a LoadShaper.</returns>
    public static FleetReport? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Word(root, "status") is not { } status || !Statuses.Contains(status))
                return null;
            // A daemon that starts has no verdict yet.
            var verdict = root.TryGetProperty("verdict", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            return new FleetReport(
                status,
                Word(verdict, "word") ?? "UNKNOWN",
                verdict.ValueKind == JsonValueKind.Object && verdict.TryGetProperty("margin_points", out var margin) && margin.ValueKind == JsonValueKind.Number
                    && margin.TryGetDouble(out var points) && double.IsFinite(points) ? points : null,
                verdict.ValueKind == JsonValueKind.Object && verdict.TryGetProperty("turns_at", out var turns) && turns.ValueKind == JsonValueKind.String
                    && turns.TryGetDateTimeOffset(out var at) ? at : null,
                Word(root, "version"));
        }
        // A string that is no valid Unicode is an InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Word(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 and <= LongestWord } text && text.All(c => c is >= ' ' and <= '~')
            ? text
            : null;
}
