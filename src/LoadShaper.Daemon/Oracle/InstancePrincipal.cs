using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoadShaper.Domain.Oracle;

namespace LoadShaper.Daemon.Oracle;

/// <summary>
/// Exchanges the certificate of this instance for a token (POST /v1/x509) and keeps it until it expires. The certificate is
/// read again for every token: Oracle replaces it every few hours.
/// </summary>
internal sealed class InstancePrincipal(MetadataService metadata, OracleHttp http, TimeProvider time) : IDisposable
{
    private const int KeyBits = 2048;

    // A token that ends sooner is renewed first.
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(3);

    // Making a key takes a third of a second on a small VM.
    private static readonly TimeSpan KeyKept = TimeSpan.FromDays(1);

    private RSA? _session;
    private DateTimeOffset _sessionMade;
    private (string Text, DateTimeOffset Expires)? _token;

    /// <summary>The key that signs requests with the token.</summary>
    public RSA SessionKey => _session ?? throw new InvalidOperationException("No token was acquired.");

    public string KeyId => $"ST${_token?.Text}";

    public bool HasToken => _token is { } token && token.Expires - time.GetUtcNow() > Spare;

    /// <summary>The token was refused: the next request needs another.</summary>
    public void Forget() => _token = null;

    /// <param name="address">The federation endpoint.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="OracleException">No token.</exception>
    public async Task AcquireAsync(Uri address, CancellationToken cancel)
    {
        var identity = await metadata.ReadIdentityAsync(cancel);
        // Between the two reads the pair can be replaced.
        if (!Matches(identity))
            identity = await metadata.ReadIdentityAsync(cancel);
        var (leaf, key) = Load(identity);
        using (leaf)
        using (key)
        {
            MakeSession();
            var body = new JsonObject
            {
                ["certificate"] = Convert.ToBase64String(leaf.RawData),
                ["publicKey"] = Convert.ToBase64String(_session!.ExportSubjectPublicKeyInfo()),
                ["intermediateCertificates"] = new JsonArray(Bare(identity.Intermediate)),
            };
            var keyId = $"{TenancyOf(leaf)}/fed-x509/{Fingerprint(leaf)}";
            var answer = await http.PostAsync("auth", address, body.ToJsonString(), key, keyId, signsHost: false, cancel);
            if (answer.Status != 200)
                throw new OracleException(OracleProblem.Of("auth", answer.Status, answer.Skew));
            _token = ParseToken(answer.Body);
        }
    }

    public void Dispose() => _session?.Dispose();

    private void MakeSession()
    {
        var now = time.GetUtcNow();
        if (_session is not null && (now - _sessionMade).Duration() < KeyKept)
            return;
        _session?.Dispose();
        (_session, _sessionMade) = (RSA.Create(KeyBits), now);
    }

    private static bool Matches(InstanceIdentity identity)
    {
        var (leaf, key) = Load(identity);
        using (leaf)
        using (key)
        using (var inCertificate = leaf.GetRSAPublicKey())
            return inCertificate is not null && inCertificate.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
    }

    private static (X509Certificate2 Leaf, RSA Key) Load(InstanceIdentity identity)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(identity.Key);
            return (X509Certificate2.CreateFromPem(identity.Certificate), key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new OracleException(new OracleProblem(OracleProblemKind.Metadata, $"the certificate of the metadata service cannot be read: {e.Message}"));
        }
    }

    internal static string Fingerprint(X509Certificate2 certificate) =>
        string.Join(':', Convert.ToHexString(SHA1.HashData(certificate.RawData)).Chunk(2).Select(pair => new string(pair)));

    /// <summary>opc-tenant:OCID in the organizational units of the subject; opc-identity:OCID in older certificates.</summary>
    internal static string TenancyOf(X509Certificate2 certificate)
    {
        foreach (var prefix in new[] { "opc-tenant:", "opc-identity:" })
            foreach (var name in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
                if (!name.HasMultipleElements && name.GetSingleElementValue() is { } value && value.StartsWith(prefix, StringComparison.Ordinal))
                    return value[prefix.Length..];
        throw new OracleException(new OracleProblem(OracleProblemKind.Metadata, "the certificate of the instance names no tenancy"));
    }

    private static string Bare(string pem) => string.Concat(
        pem.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("-----", StringComparison.Ordinal)));

    /// <summary>The token of the answer and the time in its claim exp.</summary>
    internal static (string Text, DateTimeOffset Expires) ParseToken(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var token = document.RootElement.GetProperty("token").GetString() ?? "";
            using var claims = JsonDocument.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1])));
            return (token, DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("exp").GetInt64()));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new OracleException(new OracleProblem(OracleProblemKind.BadAnswer, "auth answered without a valid token"));
        }
    }
}
