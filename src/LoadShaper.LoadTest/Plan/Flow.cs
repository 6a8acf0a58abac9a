namespace LoadShaper.LoadTest.Plan;

/// <summary>
/// Steps executed one after the other by one arrival. The first step's intended time is the arrival's; a following step
/// is due when the previous one completed. A failed step ends the flow: the following steps are not offered.
/// </summary>
/// <param name="Weight">Share among the flows, positive.</param>
public sealed record Flow(string Name, double Weight, IReadOnlyList<LoadStep> Steps)
{
    public static Flow Of(LoadStep step, double weight = 1) => new(step.Name, weight, [step]);
}

/// <summary>One kind of request. The name is the key of its series, so it must not contain data.</summary>
public abstract record LoadStep
{
    public required string Name { get; init; }

    /// <summary>Index into <see cref="RunPlan.Targets"/>.</summary>
    public int Target { get; init; }

    /// <summary>Null: those of the plan.</summary>
    public RequestTimeouts? Timeouts { get; init; }
}

/// <summary>An HTTP request, what its response must be, and which values of it later steps of the flow use.</summary>
public sealed record HttpStep : LoadStep
{
    /// <summary>Upper case token, for example GET.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Origin form: starts with <c>/</c>, query included.</summary>
    public required Template Path { get; init; }

    /// <summary>Host, User-Agent, Content-Length and Connection are added by the engine unless given here. Transfer-Encoding is refused.</summary>
    public IReadOnlyList<HeaderTemplate> Headers { get; init; } = [];

    /// <summary>Null: no body. An empty template: a body of length 0.</summary>
    public Template? Body { get; init; }

    public HttpExpectation Expect { get; init; } = HttpExpectation.Default;

    public IReadOnlyList<Extraction> Extract { get; init; } = [];

    /// <summary>False: <c>Connection: close</c> and a new connection for every request.</summary>
    public bool KeepAlive { get; init; } = true;

    /// <summary>Bytes of the response body that are kept for body expectations and JSON extraction. More is an error of such a step only. At most 1 MiB.</summary>
    public int BodyCaptureLimit { get; init; } = 64 * 1024;
}

/// <summary>One message of <see cref="PayloadBytes"/> to an echo service and back (TcpEcho, UdpEcho).</summary>
public sealed record EchoStep : LoadStep
{
    /// <summary>Message size with its 16-byte header (sequence number and check word). 16 to 65,000; UDP at most 1,400 is advisable.</summary>
    public int PayloadBytes { get; init; } = 64;
}

public sealed record HeaderTemplate(string Name, Template Value);

/// <summary>What a response must be to count as completed. All parts must hold.</summary>
public sealed record HttpExpectation
{
    /// <summary>Status 200 to 399.</summary>
    public static HttpExpectation Default { get; } = new();

    /// <summary>Accepted status ranges, both ends included.</summary>
    public IReadOnlyList<StatusRange> Status { get; init; } = [new StatusRange(200, 399)];

    /// <summary>Headers that must be present; with a value: that one of them contains it (ordinal).</summary>
    public IReadOnlyList<HeaderExpectation> Headers { get; init; } = [];

    /// <summary>Texts that must occur in the body (within <see cref="HttpStep.BodyCaptureLimit"/>).</summary>
    public IReadOnlyList<string> BodyContains { get; init; } = [];

    /// <summary>Values that must be found in a JSON body.</summary>
    public IReadOnlyList<JsonExpectation> Json { get; init; } = [];

    /// <summary>Longest accepted service time of a request; slower ones fail. Null: no bound.</summary>
    public TimeSpan? MaxServiceTime { get; init; }
}

public readonly record struct StatusRange(int First, int Last);

public sealed record HeaderExpectation(string Name, string? Contains);

/// <param name="Path">See <see cref="Extraction.Json"/>.</param>
/// <param name="EqualTo">Text of the value, as JSON writes a number, true, false or null, without quotes for a string. Null: it must only exist.</param>
public sealed record JsonExpectation(string Path, string? EqualTo);

/// <summary>A value of the response that becomes a variable for the following steps of the same flow. A missing value fails the step.</summary>
public sealed record Extraction
{
    public required string Variable { get; init; }

    /// <summary>Header name (case-insensitive). Exactly one of this and <see cref="JsonPath"/>.</summary>
    public string? HeaderName { get; init; }

    /// <summary>Path like <c>$.items[0].id</c>: property names and array indices. The value is a string, number, true or false.</summary>
    public string? JsonPath { get; init; }

    public static Extraction Header(string variable, string header) => new() { Variable = variable, HeaderName = header };

    public static Extraction Json(string variable, string path) => new() { Variable = variable, JsonPath = path };
}
