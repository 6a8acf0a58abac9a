namespace LoadShaper.Domain.Admission;

/// <summary>What a request says of itself before it is answered.</summary>
/// <param name="Host">The Host header without its port; null or empty without one.</param>
/// <param name="HasBody">A body is announced, of any length.</param>
public readonly record struct RequestHead(string Method, string? Host, bool HasBody);

/// <summary>Why a request is refused, and the status code to say it with.</summary>
/// <param name="Fix">What the client can do.</param>
public sealed record RequestRefusal(int StatusCode, string Problem, string Fix);

/// <summary>The server is read-only: GET and HEAD without a body, under a name that is known.</summary>
public static class HttpRequestPolicy
{
    private static readonly RequestRefusal Method = new(405, "the method is not allowed", "use GET or HEAD");

    private static readonly RequestRefusal Body = new(413, "a request body is not allowed", "send GET without a body");

    private static readonly RequestRefusal Host = new(
        421, "the name in the Host header is not known", "use the address, or add the name to HEALTH_ALLOWED_HOSTS");

    /// <returns>Null when the request may be answered.</returns>
    public static RequestRefusal? Decide(RequestHead request, AllowedHosts hosts) =>
        request.Method is not ("GET" or "HEAD") ? Method
        : request.HasBody ? Body
        : !hosts.Allows(request.Host) ? Host
        : null;
}
