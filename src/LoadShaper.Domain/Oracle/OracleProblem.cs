using System.Globalization;
using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Oracle;

/// <summary>Why Oracle's monitoring did not answer.</summary>
public enum OracleProblemKind
{
    /// <summary>The instance metadata service did not answer, or not as expected.</summary>
    Metadata,

    /// <summary>No connection, or no answer within the time limit.</summary>
    Unreachable,

    /// <summary>The clock differs from Oracle's by more than five minutes.</summary>
    Clock,

    /// <summary>401: the signature or the token was refused.</summary>
    Unauthorized,

    /// <summary>404: no policy allows the request, or the compartment is wrong; Oracle does not say which.</summary>
    NotAllowed,

    /// <summary>429.</summary>
    TooManyRequests,

    /// <summary>5xx.</summary>
    ServerError,

    /// <summary>An answer that is not understood.</summary>
    BadAnswer,

    /// <summary>Six requests were sent within the hour.</summary>
    BudgetUsed,

    /// <summary>The requests were answered, and there is no CPU value, or only an old one.</summary>
    NoData,
}

/// <summary>A problem with Oracle's monitoring and how to fix it.</summary>
/// <param name="Found">What happened.</param>
public sealed record OracleProblem(OracleProblemKind Kind, string Found)
{
    // A message of the runtime can contain a URL with credentials.
    public string Found { get; init; } = Redaction.Text(Found);

    /// <summary>Oracle refuses a request whose date differs by more than this.</summary>
    public static readonly TimeSpan LargestSkew = TimeSpan.FromMinutes(5);

    public string Fix => Kind switch
    {
        OracleProblemKind.Metadata => "on an Oracle VM allow HTTP to 169.254.169.254 (containers: host network or bridge NAT); elsewhere set OCI_MONITORING=off",
        OracleProblemKind.Unreachable => "allow HTTPS to auth.REGION and telemetry.REGION of oraclecloud.com: a route to the internet, or a service gateway",
        OracleProblemKind.Clock => "synchronize the clock (chrony with 169.254.169.254)",
        OracleProblemKind.Unauthorized => "check the clock; then create the dynamic group and the policy that `loadshaper oracle policy` prints",
        OracleProblemKind.NotAllowed => "create the dynamic group and the policy that `loadshaper oracle policy` prints; a new policy takes some minutes",
        OracleProblemKind.TooManyRequests => "none: LoadShaper asks again later; other programs of the tenancy use the limit of 10 requests a second",
        OracleProblemKind.ServerError => "none: LoadShaper asks again later",
        OracleProblemKind.BadAnswer => "none: LoadShaper asks again later; if it persists, report it as a bug",
        OracleProblemKind.BudgetUsed => "none: LoadShaper asks again within the hour",
        _ => "enable the plugin \"Compute Instance Monitoring\" of the Oracle Cloud Agent",
    };

    public override string ToString() => $"{Found}. Fix: {Fix}.";

    /// <param name="service">auth or telemetry, for the text.</param>
    /// <param name="status">Of HTTP.</param>
    /// <param name="skew">Local time minus the time of the answer; null when the answer has none.</param>
    public static OracleProblem Of(string service, int status, TimeSpan? skew) => (status, skew) switch
    {
        (401, { } off) when off.Duration() > LargestSkew => new(OracleProblemKind.Clock, string.Create(CultureInfo.InvariantCulture,
            $"{service} answered 401, and this clock is {off.Duration().TotalMinutes:0} minutes {(off > TimeSpan.Zero ? "ahead of" : "behind")} Oracle's")),
        (401, _) => new(OracleProblemKind.Unauthorized, $"{service} answered 401: it refused the signature or the token"),
        (403 or 404, _) => new(OracleProblemKind.NotAllowed, $"{service} answered {status}: not authorised, or not found"),
        (429, _) => new(OracleProblemKind.TooManyRequests, $"{service} answered 429: too many requests"),
        ( >= 500, _) => new(OracleProblemKind.ServerError, $"{service} answered {status}"),
        _ => new(OracleProblemKind.BadAnswer, $"{service} answered {status}"),
    };
}
