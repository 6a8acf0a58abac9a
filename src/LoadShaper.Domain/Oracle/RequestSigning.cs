using System.Globalization;
using System.Security.Cryptography;

namespace LoadShaper.Domain.Oracle;

/// <summary>
/// The texts of a request signature of Oracle's API, version 1 (draft-cavage-http-signatures-08 with RSA-SHA256). Signing
/// itself is not part of it.
/// </summary>
public static class RequestSigning
{
    /// <summary>The headers of a request that are signed, in their order.</summary>
    /// <param name="method">In any case.</param>
    /// <param name="target">Path and query, as they are sent.</param>
    /// <param name="host">Null for the federation endpoint, which does not sign it.</param>
    /// <param name="date">Of the request.</param>
    /// <param name="body">Null without one.</param>
    public static IReadOnlyList<(string Name, string Value)> Headers(string method, string target, string? host, DateTimeOffset date, byte[]? body) =>
        Headers(method, target, host, DateOf(date), body);

    /// <summary>The same with the date as it is sent.</summary>
    public static IReadOnlyList<(string Name, string Value)> Headers(string method, string target, string? host, string date, byte[]? body)
    {
        var headers = new List<(string, string)> { ("date", date), ("(request-target)", $"{method.ToLowerInvariant()} {target}") };
        if (host is not null)
            headers.Add(("host", host));
        if (body is null)
            return headers;
        headers.Add(("content-length", body.Length.ToString(CultureInfo.InvariantCulture)));
        headers.Add(("content-type", "application/json"));
        headers.Add(("x-content-sha256", Convert.ToBase64String(SHA256.HashData(body))));
        return headers;
    }

    /// <summary>The text to be signed.</summary>
    public static string Text(IReadOnlyList<(string Name, string Value)> headers) =>
        string.Join('\n', headers.Select(header => $"{header.Name}: {header.Value}"));

    /// <summary>The value of the Authorization header behind the word Signature.</summary>
    /// <param name="signature">Base64.</param>
    public static string Parameters(string keyId, IReadOnlyList<(string Name, string Value)> headers, string signature) =>
        $"version=\"1\",headers=\"{string.Join(' ', headers.Select(header => header.Name))}\",keyId=\"{keyId}\",algorithm=\"rsa-sha256\",signature=\"{signature}\"";

    /// <summary>A date in the format of HTTP, always in GMT.</summary>
    public static string DateOf(DateTimeOffset at) => at.UtcDateTime.ToString("r", CultureInfo.InvariantCulture);
}
