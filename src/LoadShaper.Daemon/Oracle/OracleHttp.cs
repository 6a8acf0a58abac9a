using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using LoadShaper.Domain.Oracle;

namespace LoadShaper.Daemon.Oracle;

/// <summary>An answer of Oracle's API.</summary>
/// <param name="Skew">Local time minus the time of the answer; null when the answer has none.</param>
internal sealed record OracleAnswer(int Status, string Body, TimeSpan? Skew);

/// <summary>Sends signed requests to Oracle's API: five seconds each, no redirect, at most 16 MiB of answer.</summary>
internal sealed class OracleHttp : IDisposable
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    // 10,080 values are about 1 MB.
    private const int MaxBytes = 16 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public OracleHttp(TimeProvider time, TimeSpan? timeout = null)
    {
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxResponseHeadersLength = 64 })
        {
            Timeout = timeout ?? Timeout,
            MaxResponseContentBufferSize = MaxBytes,
        };
    }

    /// <param name="service">For the text of a problem.</param>
    /// <param name="address">Where to.</param>
    /// <param name="body">JSON.</param>
    /// <param name="key">Signs the request.</param>
    /// <param name="keyId">Names it.</param>
    /// <param name="signsHost">Whether the host is signed too: everywhere but at the federation endpoint.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="OracleException">No answer.</exception>
    public async Task<OracleAnswer> PostAsync(
        string service, Uri address, string body, RSA key, string keyId, bool signsHost, CancellationToken cancel)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var now = _time.GetUtcNow();
        var headers = RequestSigning.Headers("post", address.PathAndQuery, signsHost ? address.Authority : null, now, bytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(bytes) };
        foreach (var (name, value) in headers)
        {
            if (name == "date")
                request.Headers.TryAddWithoutValidation("Date", value);
            else if (name == "host")
                request.Headers.Host = value;
            else if (name == "x-content-sha256")
                request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentLength = bytes.Length;
        request.Headers.Authorization = new AuthenticationHeaderValue("Signature", RequestSigning.Parameters(keyId, headers, Sign(key, headers)));
        try
        {
            using var response = await _http.SendAsync(request, cancel);
            return new OracleAnswer(
                (int)response.StatusCode, HttpText.Of(await response.Content.ReadAsByteArrayAsync(cancel)),
                response.Headers.Date is { } date ? _time.GetUtcNow() - date : null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new OracleException(new OracleProblem(OracleProblemKind.Unreachable, $"{service} ({address.Host}) did not answer within {_http.Timeout.TotalSeconds:0.#} s"));
        }
        catch (HttpRequestException e)
        {
            throw new OracleException(new OracleProblem(OracleProblemKind.Unreachable, $"{service} ({address.Host}) cannot be reached: {HttpFailure.Describe(e)}"));
        }
    }

    public void Dispose() => _http.Dispose();

    internal static string Sign(RSA key, IReadOnlyList<(string Name, string Value)> headers) => Convert.ToBase64String(
        key.SignData(Encoding.ASCII.GetBytes(RequestSigning.Text(headers)), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
}
