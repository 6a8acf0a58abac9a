using System.Globalization;
using System.Text.Json;

namespace LoadShaper.LoadTest.Soak;

/// <summary>
/// A metrics URL: Prometheus text with the standard process_ metrics, or JSON of a LoadShaper daemon (`resource_status.memory_mb`).
/// </summary>
public sealed class MetricsProbe : ITargetProbe
{
    private const int MostBytes = 16 << 20;
    private readonly Uri _url;
    private readonly HttpClient _client;

    public MetricsProbe(Uri url)
    {
        _url = url;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = MostBytes };
        // The text has more: descriptors, and the start time, by which a restart is seen.
        _client.DefaultRequestHeaders.Accept.ParseAdd("text/plain;version=0.0.4, application/json;q=0.5");
    }

    public string Source => _url.ToString();

    public async Task<TargetReading?> ReadAsync(CancellationToken cancel)
    {
        try
        {
            return Parse(await _client.GetStringAsync(_url, cancel));
        }
        // InvalidOperationException: an unknown charset.
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidOperationException || e is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    /// <returns>Null when the text has no resident memory.</returns>
    /// <exception cref="JsonException">Not JSON, though it starts like it.</exception>
    internal static TargetReading? Parse(string text) => text.TrimStart().StartsWith('{') ? ParseJson(text) : ParsePrometheus(text);

    private static TargetReading? ParsePrometheus(string text)
    {
        double? Value(string name)
        {
            foreach (var line in text.Split('\n'))
                if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
                {
                    var rest = line[(line.LastIndexOf('}') is > 0 and var labels ? labels + 1 : name.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    if (rest.Length > 0 && double.TryParse(rest[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                        return value;
                }
            return null;
        }
        return Value("process_resident_memory_bytes") is { } rss
            ? new TargetReading((long)rss, (long?)Value("process_open_fds"), (long?)Value("process_threads"), Value("process_start_time_seconds")?.ToString(CultureInfo.InvariantCulture) ?? "")
            : null;
    }

    private static TargetReading? ParseJson(string text)
    {
        using var document = JsonDocument.Parse(text);
        double? Number(string parent, string name) =>
            document.RootElement.TryGetProperty(parent, out var part) && part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
                ? value.GetDouble() : null;
        var rss = Number("process", "resident_bytes") ?? Number("resource_status", "memory_mb") * (1 << 20);
        return rss is { } bytes ? new TargetReading((long)bytes, (long?)Number("process", "open_fds"), (long?)Number("process", "threads"), "") : null;
    }
}
