using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Oracle;

/// <summary>The request failed; <see cref="Problem"/> says why and how to fix it.</summary>
internal sealed class OracleException(OracleProblem problem) : Exception(problem.Found)
{
    public OracleProblem Problem { get; } = problem;
}

/// <summary>The certificate of the instance and its key, as PEM.</summary>
internal sealed record InstanceIdentity(string Certificate, string Key, string Intermediate);

/// <summary>
/// Reads Oracle's instance metadata service, version 2: never through a proxy, never after a redirect, at most 64 KiB, five
/// seconds a request.
/// </summary>
internal sealed class MetadataService : IDisposable
{
    private const int MaxBytes = 64 * 1024;

    private readonly Uri _address;
    private readonly HttpClient _http;

    /// <param name="address">Ends with /opc/v2/.</param>
    /// <param name="timeout">Of one request.</param>
    public MetadataService(Uri address, TimeSpan? timeout = null)
    {
        _address = address;
        _http = new HttpClient(Handler())
        {
            Timeout = timeout ?? OracleHttp.Timeout,
            MaxResponseContentBufferSize = MaxBytes,
        };
    }

    // The address is link-local: a proxy would ask the metadata service of its own machine.
    internal static SocketsHttpHandler Handler() =>
        new() { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, MaxResponseHeadersLength = 16 };

    /// <exception cref="OracleException">No answer, or one that is not understood.</exception>
    public async Task<OracleInstance> ReadInstanceAsync(CancellationToken cancel) => Parse(await GetAsync("instance/", cancel));

    /// <exception cref="OracleException">No answer.</exception>
    public async Task<InstanceIdentity> ReadIdentityAsync(CancellationToken cancel) => new(
        await GetAsync("identity/cert.pem", cancel),
        await GetAsync("identity/key.pem", cancel),
        await GetAsync("identity/intermediate.pem", cancel));

    public void Dispose() => _http.Dispose();

    private async Task<string> GetAsync(string path, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_address, path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "Oracle");
            using var response = await _http.SendAsync(request, cancel);
            return response.StatusCode == HttpStatusCode.OK
                ? HttpText.Of(await response.Content.ReadAsByteArrayAsync(cancel))
                : throw Failed($"the metadata service answered {(int)response.StatusCode} for {path}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failed("the metadata service did not answer in time");
        }
        catch (HttpRequestException e)
        {
            throw Failed($"the metadata service cannot be asked: {HttpFailure.Describe(e)}");
        }
    }

    /// <summary>Understands the body of instance/.</summary>
    /// <exception cref="OracleException">It does not name the instance, the compartment or the region.</exception>
    internal static OracleInstance Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var region = Child(root, "regionInfo");
            var instance = new OracleInstance(
                Text(root, "id") ?? "", Text(root, "compartmentId") ?? "",
                Text(region, "regionIdentifier") ?? Text(root, "canonicalRegionName") ?? Text(root, "region") ?? "",
                Text(region, "realmDomainComponent") ?? "oraclecloud.com",
                Gigabits(Child(root, "shapeConfig")), AgentOf(Child(root, "agentConfig")));
            return instance.IsPlausible ? instance : throw Failed("the metadata service names no valid instance, compartment and region");
        }
        // The second: an escape that is no character, as "\ud800".
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Failed("the answer of the metadata service is not JSON");
        }
    }

    private static AgentState AgentOf(JsonElement agent)
    {
        if (IsTrue(agent, "allPluginsDisabled"))
            return AgentState.AllPluginsDisabled;
        if (IsTrue(agent, "monitoringDisabled"))
            return AgentState.MonitoringDisabled;
        var plugins = Child(agent, "pluginsConfig");
        return plugins.ValueKind == JsonValueKind.Array && plugins.EnumerateArray().Any(plugin =>
                Text(plugin, "name") == "Compute Instance Monitoring" && Text(plugin, "desiredState") == "DISABLED")
            ? AgentState.PluginDisabled
            : AgentState.Running;
    }

    private static BitRate? Gigabits(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty("networkingBandwidthInGbps", out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var gigabits) && gigabits is > 0 and < 100_000
            ? BitRate.FromMbit(gigabits * 1000)
            : null;

    private static JsonElement Child(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var child) ? child : default;

    private static string? Text(JsonElement json, string name) =>
        Child(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool IsTrue(JsonElement json, string name) => Child(json, name).ValueKind == JsonValueKind.True;

    private static OracleException Failed(string found) => new(new OracleProblem(OracleProblemKind.Metadata, found));
}
