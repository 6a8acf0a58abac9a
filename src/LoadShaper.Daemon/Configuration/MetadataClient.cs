using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LoadShaper.Domain.Platform;

namespace LoadShaper.Daemon.Configuration;

/// <summary>What the metadata service answered, or why there is no answer.</summary>
internal sealed record MetadataAnswer(InstanceMetadata? Metadata, string? Problem = null);

/// <summary>
/// Queries Oracle's instance metadata service, version 2. Only with ORACLE_METADATA_PROBE=1: elsewhere the address belongs
/// to another service. No proxy, no redirects, at most 64 KiB; a missing response is not an error.
/// </summary>
internal sealed class MetadataClient : IDisposable
{
    public static readonly Uri Oracle = new("http://169.254.169.254/opc/v2/instance/");

    private const int MaxBytes = 64 * 1024;

    private readonly Uri _address;
    private readonly TimeSpan _pause;
    private readonly int _attempts;
    private readonly HttpClient _http;

    /// <param name="address">Where to ask; another one in tests.</param>
    /// <param name="timeout">Of one attempt. The service is on the host's own hypervisor: it answers in milliseconds or not at all.</param>
    /// <param name="attempts">The service throttles, and is not there for a moment after boot: 404, 429 and 5xx are asked again.</param>
    /// <param name="pause">Between two attempts.</param>
    public MetadataClient(Uri? address = null, TimeSpan? timeout = null, int attempts = 3, TimeSpan? pause = null)
    {
        _address = address ?? Oracle;
        _attempts = attempts;
        _pause = pause ?? TimeSpan.FromSeconds(1);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, MaxResponseHeadersLength = 16 })
        {
            Timeout = timeout ?? TimeSpan.FromSeconds(2),
            MaxResponseContentBufferSize = MaxBytes,
        };
    }

    public async Task<MetadataAnswer> ReadAsync(CancellationToken cancel = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, again) = await AskAsync(cancel);
            if (!again || attempt >= _attempts)
                return answer;
            await Task.Delay(_pause, cancel);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(MetadataAnswer Answer, bool Again)> AskAsync(CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "Oracle");
            using var response = await _http.SendAsync(request, cancel);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => (Parse(HttpText.Of(await response.Content.ReadAsByteArrayAsync(cancel))), false),
                var status => (new MetadataAnswer(null, $"the metadata service answered {(int)status}"),
                    status is HttpStatusCode.NotFound or HttpStatusCode.TooManyRequests || (int)status >= 500),
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (new MetadataAnswer(null, "the metadata service did not answer in time"), false);
        }
        catch (HttpRequestException e)
        {
            return (new MetadataAnswer(null, $"the metadata service cannot be asked: {HttpFailure.Describe(e)}"), false);
        }
    }

    /// <summary>Understands the body of /opc/v2/instance/; everything but the shape may be missing.</summary>
    internal static MetadataAnswer Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("shape", out var shape)
                || shape.ValueKind != JsonValueKind.String || !IsShape(shape.GetString()!))
                return new MetadataAnswer(null, "the metadata service named no shape");
            var config = root.TryGetProperty("shapeConfig", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            return new MetadataAnswer(new InstanceMetadata(
                shape.GetString()!, Figure(config, "ocpus"), Figure(config, "memoryInGBs"), Figure(config, "networkingBandwidthInGbps")));
        }
        // The second: an escape that is no character, as "\ud800".
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new MetadataAnswer(null, "the metadata service's answer is no JSON");
        }
    }

    private static bool IsShape(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static double? Figure(JsonElement config, string name) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var figure) && figure is > 0 and < 100_000
            ? figure
            : null;
}
