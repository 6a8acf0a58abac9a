using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Session;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Builtin;

/// <summary>A phase of a throttling test.</summary>
/// <param name="Load">A load phase as the scenario file writes it, without its duration.</param>
/// <param name="Expected">Thresholds without the phase's name.</param>
/// <param name="Large">Posts 1 MiB bodies in place of the GET.</param>
public sealed record ThrottlingPhase(string Name, string Load, int Seconds, IReadOnlyList<string> Expected, bool Large = false)
{
    /// <summary>Whether the phase is about the rate and not about requests in flight.</summary>
    public bool IsRate => Load.StartsWith("rps", StringComparison.Ordinal);
}

/// <summary>
/// The two throttling tests of the specification (throttled-daemon-load-test-guide): what a service with a limit of 100
/// concurrent requests and 2,000 requests a minute is expected to do below, at and above its limits. Users have no think
/// time, so that as many requests are in flight as there are users.
/// </summary>
public sealed record ThrottlingTest(string Name, IReadOnlyList<ThrottlingPhase> Phases, TimeSpan Pause)
{
    private static readonly string[] Normal = ["success_rate>=99%", "avg<50ms"];
    private static readonly string[] Warning = ["success_rate>=95%", "avg<100ms"];

    /// <summary>55 seconds: below the limit, at 80 % of it, above it, recovered.</summary>
    public static readonly ThrottlingTest Quick = new("quick throttling test",
    [
        new("baseline", "users: 20", 15, Normal),
        new("warning", "users: 80", 15, Warning),
        new("over limit", "users: 120", 15, ["success_rate>=70%", "error_rate>0%", "avg<1s"]),
        new("recovery", "users: 10", 10, Normal),
    ], TimeSpan.Zero);

    /// <summary>Nine phases with 30 seconds of recovery between them, 9 minutes 20 seconds.</summary>
    public static readonly ThrottlingTest Full = new("full throttling test",
    [
        new("baseline", "users: 10", 30, Normal),
        new("moderate", "users: 50", 30, Normal),
        new("warning", "users: 80", 30, Warning),
        new("at limit", "users: 100", 30, ["success_rate>=70%", "avg<1s"]),
        new("over limit", "users: 150", 30, ["success_rate>=60%", "success_rate<=90%", "avg<1s"]),
        new("rate limit", "rps: 2000/min", 60, ["success_rate>=95%"]),
        new("rate burst", "rps: 3000/min", 60, ["success_rate>=60%", "error_rate>0%"]),
        new("large payloads", "rps: 1", 30, ["success_rate>=95%"], Large: true),
        new("recovery", "users: 10", 20, Normal),
    ], TimeSpan.FromSeconds(30));

    /// <summary>The session that executes the test.</summary>
    /// <param name="url">The target of the concurrency phases.</param>
    /// <param name="rateUrl">The target of the rate phases; null: the same.</param>
    /// <param name="scale">Factor of every duration, for tests of the test.</param>
    /// <exception cref="ScenarioException">The URL or an override is wrong.</exception>
    public (Scenario Scenario, IReadOnlyList<SessionPart> Parts, string Yaml) ToSession(
        string url, string? rateUrl, double scale, IReadOnlyDictionary<string, string> environment)
    {
        var scenarios = Phases.Select(p => (Phase: p, Yaml: Yaml(p, p.IsRate && !p.Large ? rateUrl ?? url : url, scale))).ToArray();
        var read = scenarios.Select(s => ScenarioLoader.FromText(Name, s.Yaml, new ScenarioOverrides(), environment, ".")).ToArray();
        // The report shows the whole test as one plan.
        var targets = read.SelectMany(s => s.Plan.Targets).DistinctBy(t => (t.Name, t.Protocol)).ToArray();
        var first = read[0];
        var scenario = first with
        {
            Name = Name,
            Plan = first.Plan with
            {
                Targets = targets,
                Flows = [.. read.SelectMany(s => s.Plan.Flows).DistinctBy(f => f.Name)],
                Phases = [.. read.SelectMany(s => s.Plan.Phases)],
                Connections = read.Max(s => s.Plan.Connections),
            },
            Thresholds = [.. Phases.SelectMany(p => p.Expected.Select(e => Threshold.Parse($"{p.Name}:{e}", out var problem) ?? throw new FormatException(problem)))],
        };
        IReadOnlyList<SessionPart> parts = [.. Phases.Zip(read).Select((p, i) => new SessionPart(p.First.Name, p.Second.Plan, i == 0 ? TimeSpan.Zero : Pause * scale))];
        return (scenario, parts, string.Join("---\n", scenarios.Select(s => $"# {s.Phase.Name}: expected {string.Join(", ", s.Phase.Expected)}\n{s.Yaml}")));
    }

    private string Yaml(ThrottlingPhase phase, string url, double scale)
    {
        if (TargetUrl.Parse(url, out var problem) is not { } target || target.Scheme is "tcp" or "udp")
            throw new ScenarioException([new ScenarioProblem("command line", 0, 0, problem == "" ? $"\"{url}\" is an echo service; expected an HTTP URL" : problem)]);
        var origin = target.UnixPath is null ? new Uri(url).GetLeftPart(UriPartial.Authority) : $"unix:{target.UnixPath}";
        var path = (target.PathPrefix == "" ? "/" : target.PathPrefix) + target.Query;
        var duration = Units.Format(TimeSpan.FromSeconds(Math.Max(0.1, Math.Round(phase.Seconds * scale, 1))));
        var users = phase.IsRate ? 100 : int.Parse(phase.Load["users: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        // Whether the service wants the body is not the question: it has to stay well.
        var step = phase.Large
            ? $"{{name: large, post: \"{path}\", body_size: 1MiB, expect: {{status: [200-428, 430-499]}}}}"
            : $"{{name: \"{(phase.IsRate ? "rate" : "concurrent")}\", get: \"{path}\"}}";
        return $"target: \"{origin}\"\nload: [{{name: {phase.Name}, {phase.Load}, for: {duration}}}]\nconnections: {users}\ntimeout: 5s\nsteps:\n  - {step}\n";
    }
}
