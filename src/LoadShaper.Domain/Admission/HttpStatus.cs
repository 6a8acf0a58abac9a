namespace LoadShaper.Domain.Admission;

/// <summary>The state of the HTTP server for /metrics.</summary>
/// <param name="MostInFlight">The most requests that were ever answered at the same time.</param>
/// <param name="Answered">Requests that were admitted.</param>
/// <param name="Throttled">Refused with 429: too many at once, or too many in a minute.</param>
/// <param name="Overloaded">Refused with 503: memory or CPU above its limit.</param>
/// <param name="Refused">Refused for their method, body or Host header.</param>
/// <param name="Held">Requests that waited for room.</param>
public sealed record HttpStatus(
    ResourceUse Use, AdmissionLimits Limits, int MostInFlight, long Answered, long Throttled, long Overloaded, long Refused, long Held);
