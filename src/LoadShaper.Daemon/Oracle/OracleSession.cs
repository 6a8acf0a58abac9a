using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Oracle;

/// <summary>Where Oracle's services are.</summary>
internal sealed record OracleEndpoints(Func<OracleInstance, Uri> Auth, Func<OracleInstance, Uri> Telemetry)
{
    public static readonly OracleEndpoints Real = new(
        instance => new Uri($"https://auth.{instance.Region}.{instance.RealmDomain}/"),
        instance => new Uri($"https://telemetry.{instance.Region}.{instance.RealmDomain}/"));
}

/// <summary>What a refresh brought.</summary>
/// <param name="Points">In the order of the metrics.</param>
/// <param name="Problem">Why it ended early; null when every metric was answered.</param>
/// <param name="Link">Speed of the link by the metadata; null when unknown.</param>
internal sealed record OracleFetch(IReadOnlyList<OraclePoint> Points, OracleProblem? Problem, BitRate? Link);

/// <summary>
/// Reads this instance's metrics from OCI Monitoring as the instance itself: no SDK, no configuration file, no key on disk.
/// One refresh at a time.
/// </summary>
internal sealed class OracleSession : IDisposable
{
    /// <summary>In the order of their weight: where the budget ends, the rest waits for the next refresh.</summary>
    public static readonly IReadOnlyList<OracleMetric> Metrics =
        [OracleMetric.Cpu, OracleMetric.Memory, OracleMetric.NetworkIn, OracleMetric.NetworkOut, OracleMetric.HypervisorCpu];

    private readonly OracleEndpoints _endpoints;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly MetadataService _metadata;
    private readonly OracleHttp _http;
    private readonly InstancePrincipal _principal;
    private RequestBudget _budget = RequestBudget.Full;
    private OracleInstance? _instance;

    /// <param name="metadata">The metadata service, ending with /opc/v2/.</param>
    /// <param name="time">Now, and the monotonic time of the budget.</param>
    /// <param name="endpoints">Others in tests.</param>
    /// <param name="timeout">Of one request; another one in tests.</param>
    public OracleSession(Uri metadata, TimeProvider time, OracleEndpoints? endpoints = null, TimeSpan? timeout = null)
    {
        (_endpoints, _time, _started) = (endpoints ?? OracleEndpoints.Real, time, time.GetTimestamp());
        _metadata = new MetadataService(metadata, timeout);
        _http = new OracleHttp(time, timeout);
        _principal = new InstancePrincipal(_metadata, _http, time);
    }

    /// <summary>Asks for every metric from its time on until now.</summary>
    public async Task<OracleFetch> RefreshAsync(Func<OracleMetric, DateTimeOffset> from, CancellationToken cancel, IReadOnlyList<OracleMetric>? metrics = null)
    {
        var points = new List<OraclePoint>();
        try
        {
            _instance ??= await _metadata.ReadInstanceAsync(cancel);
            foreach (var metric in metrics ?? Metrics)
            {
                if (!_principal.HasToken)
                {
                    Spend();
                    await _principal.AcquireAsync(new Uri(_endpoints.Auth(_instance), "v1/x509"), cancel);
                }

                Spend();
                points.AddRange(await SummarizeAsync(_instance, metric, from(metric), cancel));
            }

            return new OracleFetch(points, null, _instance.Link);
        }
        catch (OracleException e)
        {
            return new OracleFetch(points, e.Problem, _instance?.Link);
        }
    }

    public void Dispose()
    {
        _principal.Dispose();
        _http.Dispose();
        _metadata.Dispose();
    }

    private void Spend() => _budget = _budget.Take(_time.GetElapsedTime(_started))
        ?? throw new OracleException(new OracleProblem(OracleProblemKind.BudgetUsed, $"{RequestBudget.MostAnHour} requests were sent within the hour"));

    private async Task<IReadOnlyList<OraclePoint>> SummarizeAsync(OracleInstance instance, OracleMetric metric, DateTimeOffset from, CancellationToken cancel)
    {
        var query = OracleQuery.Of(metric, instance.Id);
        var body = new JsonObject
        {
            ["namespace"] = query.Namespace,
            ["query"] = query.Text,
            ["startTime"] = Text(from),
            // Exclusive.
            ["endTime"] = Text(_time.GetUtcNow()),
            ["resolution"] = "1m",
        };
        var address = new Uri(
            _endpoints.Telemetry(instance),
            $"20180401/metrics/actions/summarizeMetricsData?compartmentId={Uri.EscapeDataString(instance.CompartmentId)}");
        var answer = await _http.PostAsync("telemetry", address, body.ToJsonString(), _principal.SessionKey, _principal.KeyId, signsHost: true, cancel);
        if (answer.Status == 200)
            return ParsePoints(metric, answer.Body);
        // Token and instance are read again next time: one of them may have been wrong.
        _principal.Forget();
        _instance = null;
        throw new OracleException(OracleProblem.Of("telemetry", answer.Status, answer.Skew));
    }

    /// <summary>The points of all streams of the answer; impossible values are left out.</summary>
    internal static IReadOnlyList<OraclePoint> ParsePoints(OracleMetric metric, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var points = new List<OraclePoint>();
            foreach (var stream in document.RootElement.EnumerateArray())
                foreach (var point in stream.GetProperty("aggregatedDatapoints").EnumerateArray())
                    if (point.GetProperty("value") is { ValueKind: JsonValueKind.Number } value
                        && new OraclePoint(metric, OraclePoint.MinuteOf(point.GetProperty("timestamp").GetDateTimeOffset()), value.GetDouble()) is { IsValid: true } valid)
                        points.Add(valid);
            return points;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new OracleException(new OracleProblem(OracleProblemKind.BadAnswer, "telemetry answered with something else than data points"));
        }
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
