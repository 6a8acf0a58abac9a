using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoadShaper.Daemon.Oracle;
using LoadShaper.Domain.Oracle;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LoadShaper.Daemon.Tests.Oracle;

/// <summary>
/// Metadata service, federation endpoint and telemetry on loopback. It verifies every signature by itself: nothing of
/// LoadShaper's signing is used here.
/// </summary>
internal sealed class FakeOracle : IAsyncDisposable
{
    public const string InstanceId = "ocid1.instance.oc1.eu-frankfurt-1.antheljs1";
    public const string CompartmentId = "ocid1.compartment.oc1..aaaaaaaa1";
    public const string TenancyId = "ocid1.tenancy.oc1..aaaaaaaa2";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RSA> _tokens = new();
    private X509Certificate2 _leaf = null!;
    private RSA _leafKey = null!;

    private FakeOracle(WebApplication app, Func<DateTimeOffset> clock)
    {
        (_app, Clock) = (app, clock);
        Rotate();
        app.Run(AnswerAsync);
    }

    /// <summary>The server's clock.</summary>
    public Func<DateTimeOffset> Clock { get; set; }

    public TimeSpan TokenLife { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>Whether the policy allows to read a namespace.</summary>
    public Func<string, bool> Allows { get; set; } = _ => true;

    /// <summary>A status to answer in place of the real answer, by the path of the request; null for the real one.</summary>
    public Func<string, int?> Fault { get; set; } = _ => null;

    /// <summary>Requests on these paths are not answered until the client gives up.</summary>
    public Func<string, bool> Hangs { get; set; } = _ => false;

    /// <summary>Runs before each answer.</summary>
    public Action<string> Before { get; set; } = _ => { };

    /// <summary>The values, by the end of their minute.</summary>
    public Dictionary<OracleMetric, SortedList<DateTimeOffset, double>> Values { get; } = [];

    public string AgentConfig { get; set; } = """{"monitoringDisabled":false,"allPluginsDisabled":false,"pluginsConfig":[]}""";

    /// <summary>The path of each request, and for telemetry the metric and the start of the time asked for.</summary>
    public ConcurrentQueue<(string Path, string? Query, DateTimeOffset? From)> Requests { get; } = new();

    /// <summary>Why requests were refused.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    public Uri Metadata => new($"{_app.Urls.Single()}/opc/v2/");

    public OracleEndpoints Endpoints => new(_ => new Uri(_app.Urls.Single()), _ => new Uri(_app.Urls.Single()));

    /// <summary>What leaves the VM: not the metadata service.</summary>
    public int ApiRequests => Requests.Count(request => !request.Path.StartsWith("/opc/", StringComparison.Ordinal));

    public static async Task<FakeOracle> StartAsync(Func<DateTimeOffset> clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var oracle = new FakeOracle(app, clock);
        await app.StartAsync();
        return oracle;
    }

    public OracleSession NewSession(TimeProvider time, TimeSpan? timeout = null) => new(Metadata, time, Endpoints, timeout);

    /// <summary>Another certificate with another key.</summary>
    public void Rotate()
    {
        var key = RSA.Create(2048);
        var request = new CertificateRequest(
            $"CN={InstanceId}, OU=opc-certtype:instance, OU=opc-compartment:{CompartmentId}, OU=opc-tenant:{TenancyId}",
            key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        (_leafKey, _leaf) = (key, request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    /// <summary>One value a minute until now.</summary>
    public void Fill(OracleMetric metric, TimeSpan back, Func<DateTimeOffset, double?> value)
    {
        var list = Values[metric] = [];
        var end = new DateTimeOffset(Clock().Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        for (var at = end - back; at <= end; at += TimeSpan.FromMinutes(1))
            if (value(at) is { } v)
                list[at] = v;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        var asked = path.StartsWith("/2018", StringComparison.Ordinal) ? JsonNode.Parse(body)! : null;
        Requests.Enqueue((path, (string?)asked?["query"], asked is null ? null : DateTimeOffset.Parse((string)asked["startTime"]!, CultureInfo.InvariantCulture)));
        Before(path);
        context.Response.Headers.Date = Clock().UtcDateTime.ToString("r", CultureInfo.InvariantCulture);
        if (Hangs(path))
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        if (Fault(path) is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }

        var (code, text) = path switch
        {
            _ when path.StartsWith("/opc/v2/", StringComparison.Ordinal) => AnswerMetadata(context.Request, path),
            "/v1/x509" => Federate(context.Request, body),
            _ => Summarize(context.Request, body),
        };
        context.Response.StatusCode = code;
        if (code != 200)
            Refused.Enqueue($"{path}: {text}");
        await context.Response.WriteAsync(text);
    }

    private (int, string) AnswerMetadata(HttpRequest request, string path)
    {
        if (request.Headers.Authorization != "Bearer Oracle" || request.Headers.Keys.Any(name => name.Contains("Forwarded", StringComparison.OrdinalIgnoreCase) || name is "Via" or "Proxy-Connection"))
            return (403, "no header, or through a proxy");
        return path["/opc/v2/".Length..] switch
        {
            "instance/" => (200, $$"""
                {"id":"{{InstanceId}}","compartmentId":"{{CompartmentId}}","shape":"VM.Standard.E2.1.Micro","region":"eu-frankfurt-1","canonicalRegionName":"eu-frankfurt-1",
                 "regionInfo":{"realmKey":"oc1","realmDomainComponent":"oraclecloud.com","regionKey":"FRA","regionIdentifier":"eu-frankfurt-1"},
                 "shapeConfig":{"ocpus":1.0,"memoryInGBs":1.0,"networkingBandwidthInGbps":0.48},"agentConfig":{{AgentConfig}}}
                """),
            "identity/cert.pem" => (200, _leaf.ExportCertificatePem()),
            "identity/key.pem" => (200, _leafKey.ExportRSAPrivateKeyPem()),
            "identity/intermediate.pem" => (200, _leaf.ExportCertificatePem()),
            _ => (404, "unknown"),
        };
    }

    private (int, string) Federate(HttpRequest request, string body)
    {
        var json = JsonNode.Parse(body)!;
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String((string)json["certificate"]!));
        if (certificate.Thumbprint != _leaf.Thumbprint)
            return (401, "the certificate is not the present one");
        var fingerprint = BitConverter.ToString(SHA1.HashData(certificate.RawData)).Replace('-', ':');
        using var key = certificate.GetRSAPublicKey()!;
        if (Verify(request, body, key, $"{TenancyId}/fed-x509/{fingerprint}", "date (request-target) content-length content-type x-content-sha256") is { } refused)
            return (401, refused);
        if (Convert.FromBase64String((string)json["intermediateCertificates"]![0]!).Length == 0)
            return (400, "no intermediate certificate");

        var session = RSA.Create();
        session.ImportSubjectPublicKeyInfo(Convert.FromBase64String((string)json["publicKey"]!), out _);
        var claims = $$"""{"sub":"{{InstanceId}}","exp":{{(Clock() + TokenLife).ToUnixTimeSeconds()}},"n":{{_tokens.Count}}}""";
        var token = $"eyJhbGciOiJSUzI1NiJ9.{Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.c2ln";
        _tokens[token] = session;
        return (200, new JsonObject { ["token"] = token }.ToJsonString());
    }

    private (int, string) Summarize(HttpRequest request, string body)
    {
        var keyId = Parameters(request).GetValueOrDefault("keyId", "");
        if (!keyId.StartsWith("ST$", StringComparison.Ordinal) || !_tokens.TryGetValue(keyId[3..], out var session))
            return (401, "the token is unknown");
        var claims = keyId.Split('.')[1].Replace('-', '+').Replace('_', '/');
        using var parsed = JsonDocument.Parse(Convert.FromBase64String(claims.PadRight((claims.Length + 3) / 4 * 4, '=')));
        if (DateTimeOffset.FromUnixTimeSeconds(parsed.RootElement.GetProperty("exp").GetInt64()) < Clock())
            return (401, "the token has expired");
        if (Verify(request, body, session, keyId, "date (request-target) host content-length content-type x-content-sha256") is { } refused)
            return (401, refused);

        var json = JsonNode.Parse(body)!;
        var (from, to) = (DateTimeOffset.Parse((string)json["startTime"]!, CultureInfo.InvariantCulture), DateTimeOffset.Parse((string)json["endTime"]!, CultureInfo.InvariantCulture));
        if (from < Clock() - TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1) || (string?)json["resolution"] != "1m")
            return (400, "one-minute values reach back seven days");
        var space = (string)json["namespace"]!;
        if (request.Query["compartmentId"] != CompartmentId || !Allows(space))
            return (404, "not authorised, or not found");
        OracleMetric? metric = (space, (string)json["query"]!) switch
        {
            ("oci_computeagent", $"CpuUtilization[1m]{{resourceId = \"{InstanceId}\"}}.mean()") => OracleMetric.Cpu,
            ("oci_computeagent", $"MemoryUtilization[1m]{{resourceId = \"{InstanceId}\"}}.mean()") => OracleMetric.Memory,
            ("oci_computeagent", $"NetworksBytesIn[1m]{{resourceId = \"{InstanceId}\"}}.sum()") => OracleMetric.NetworkIn,
            ("oci_computeagent", $"NetworksBytesOut[1m]{{resourceId = \"{InstanceId}\"}}.sum()") => OracleMetric.NetworkOut,
            ("oci_vmi_resource_utilization", $"CpuUtilization[1m]{{resourceId = \"{InstanceId}\"}}.mean()") => OracleMetric.HypervisorCpu,
            _ => null,
        };
        if (metric is null)
            return (400, $"the query {json["query"]} is not understood");
        var points = new JsonArray();
        foreach (var (at, value) in Values.GetValueOrDefault(metric.Value) ?? [])
            if (at >= from && at < to)
                points.Add(new JsonObject { ["timestamp"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), ["value"] = value });
        return (200, points.Count == 0 ? "[]" : new JsonArray(new JsonObject { ["namespace"] = space, ["dimensions"] = new JsonObject(), ["aggregatedDatapoints"] = points }).ToJsonString());
    }

    // Reads the header again, builds the text from the request as it came, and checks the signature with the public key.
    private string? Verify(HttpRequest request, string body, RSA key, string keyId, string signed)
    {
        var parameters = Parameters(request);
        if (parameters.GetValueOrDefault("version") != "1" || parameters.GetValueOrDefault("algorithm") != "rsa-sha256")
            return "another version or algorithm";
        if (parameters.GetValueOrDefault("keyId") != keyId)
            return $"the key is {parameters.GetValueOrDefault("keyId")}, expected {keyId}";
        if (parameters.GetValueOrDefault("headers") != signed)
            return $"the signed headers are {parameters.GetValueOrDefault("headers")}";
        if (request.Headers["x-content-sha256"] != Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body))))
            return "the hash of the body is wrong";
        if (!DateTimeOffset.TryParseExact(request.Headers.Date, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) || (date - Clock()).Duration() > TimeSpan.FromMinutes(5))
            return $"the date {request.Headers.Date} is off";
        var text = string.Join("\n", signed.Split(' ').Select(name =>
            $"{name}: {(name == "(request-target)" ? $"{request.Method.ToLowerInvariant()} {request.Path}{request.QueryString}" : request.Headers[name])}"));
        return key.VerifyData(Encoding.UTF8.GetBytes(text), Convert.FromBase64String(parameters["signature"]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            ? null
            : "the signature is wrong";
    }

    private static Dictionary<string, string> Parameters(HttpRequest request)
    {
        const string scheme = "Signature ";
        var header = request.Headers.Authorization.ToString();
        return !header.StartsWith(scheme, StringComparison.Ordinal) ? [] : header[scheme.Length..].Split(',')
            .Select(part => part.Split('=', 2)).ToDictionary(part => part[0].Trim(), part => part[1].Trim('"'));
    }
}
