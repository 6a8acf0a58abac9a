using System.CommandLine;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.Cli.Load;

/// <summary>The argument and options that choose a scenario; `load run` and `load check` share them.</summary>
/// <param name="withFault">Whether `--fault` is offered.</param>
internal sealed class ScenarioOptions(bool withFault = true)
{
    private readonly Argument<string> _scenario = new("scenario") { Description = "A scenario file, or a URL: http, https, unix, tcp or udp.", HelpName = "SCENARIO.yaml|URL" };
    private readonly Option<string?> _rate = new("--rate") { Description = "Constant rate of an open model.", HelpName = "500/s" };
    private readonly Option<string?> _users = new("--users") { Description = "Users of a closed model.", HelpName = "N" };
    private readonly Option<string?> _ramp = new("--ramp") { Description = "Rate that rises or falls linearly.", HelpName = "100..5000/30m" };
    private readonly Option<string?> _duration = new("--duration") { Description = "Length of the load; 30s with --rate, --users or --ramp.", HelpName = "5m" };
    private readonly Option<string?> _spawnRate = new("--spawn-rate") { Description = "Users started a second; all at once when left out.", HelpName = "10/s" };
    private readonly Option<string?> _thinkTime = new("--think-time") { Description = "Pause of a user between requests.", HelpName = "1s..3s" };
    private readonly Option<string?> _connections = new("--connections") { Description = "Most requests in flight; 100 when left out.", HelpName = "N" };
    private readonly Option<string?> _arrival = new("--arrival") { Description = "How requests are spaced: uniform or poisson.", HelpName = "NAME" };
    private readonly Option<string?> _timeout = new("--timeout") { Description = "Longest time of a request; 10s when left out.", HelpName = "10s" };
    private readonly Option<string?> _warmup = new("--warmup") { Description = "Load before the measured load.", HelpName = "5s" };
    private readonly Option<string?> _seed = new("--seed") { Description = "Of every random choice.", HelpName = "N" };
    private readonly Option<string?> _maxRss = new("--max-rss") { Description = "Memory limit: warning at 80 %, totals only at 90 %, stop at 100 %.", HelpName = "256MiB" };
    private readonly Option<string?> _batch = new("--batch") { Description = "Send on a grid of this width to save CPU.", HelpName = "250us" };
    private readonly Option<string[]> _threshold = new("--threshold") { Description = "Condition for exit code 0; may be given several times.", HelpName = "p95<200ms" };
    private readonly Option<string[]> _abortOn = new("--abort-on") { Description = "Condition that ends the run; may be given several times.", HelpName = "error_rate>5%" };
    private readonly Option<string?> _fault = new("--fault") { Description = "Faults between generator and target: a profile, FILE.yaml#NAME, or a policy such as '{latency: 50ms}'.", HelpName = "POLICY" };
    private readonly Option<string> _method = new("--method") { Description = "Of the URL form.", HelpName = "GET", DefaultValueFactory = _ => "GET" };
    private readonly Option<string[]> _header = new("--header") { Description = "Of the URL form; may be given several times.", HelpName = "\"Name: value\"" };
    private readonly Option<string?> _body = new("--body") { Description = "Of the URL form.", HelpName = "TEXT" };
    private readonly Option<string[]> _allowTarget = AllowTarget();

    public static Option<string[]> AllowTarget() => new("--allow-target") { Description = "Permit a host outside loopback and private addresses.", HelpName = "HOST" };

    public void AddTo(Command command)
    {
        command.Add(_scenario);
        foreach (var option in (Option[])[_rate, _users, _ramp, _duration, _spawnRate, _thinkTime, _connections, _arrival, _timeout, _warmup, _seed, _maxRss, _batch, _threshold, _abortOn, _method, _header, _body, _allowTarget])
            command.Add(option);
        if (withFault)
            command.Add(_fault);
    }

    public string ScenarioText(ParseResult parsed) => parsed.GetValue(_scenario)!;

    public IReadOnlyCollection<string> AllowedTargets(ParseResult parsed) => parsed.GetValue(_allowTarget) ?? [];

    /// <param name="adjust">Changes the flags before they are read.</param>
    /// <summary>Null after problems, which are written; <paramref name="exitCode"/> says of which kind.</summary>
    public Scenario? Read(ParseResult parsed, IReadOnlyDictionary<string, string> environment, out int exitCode, Func<LoadFlags, LoadFlags>? adjust = null)
    {
        exitCode = LoadExitCode.Usage;
        try
        {
            var given = new LoadFlags
            {
                Rate = parsed.GetValue(_rate),
                Users = parsed.GetValue(_users),
                Ramp = parsed.GetValue(_ramp),
                Duration = parsed.GetValue(_duration),
                SpawnRate = parsed.GetValue(_spawnRate),
                ThinkTime = parsed.GetValue(_thinkTime),
                Connections = parsed.GetValue(_connections),
                Arrival = parsed.GetValue(_arrival),
                Timeout = parsed.GetValue(_timeout),
                Warmup = parsed.GetValue(_warmup),
                Seed = parsed.GetValue(_seed),
                MaxRss = parsed.GetValue(_maxRss),
                Batch = parsed.GetValue(_batch),
                Fault = withFault ? parsed.GetValue(_fault) : null,
                Thresholds = parsed.GetValue(_threshold) ?? [],
                AbortOn = parsed.GetValue(_abortOn) ?? [],
            };
            var flags = FlagOverrides.Read(adjust?.Invoke(given) ?? given);
            exitCode = LoadExitCode.Config;
            var overrides = flags.Over(EnvironmentOverrides.Read(environment));
            return ScenarioLoader.Load(ScenarioText(parsed), overrides, environment, new UrlRequest(parsed.GetValue(_method)!, parsed.GetValue(_header), parsed.GetValue(_body)));
        }
        catch (ScenarioException e)
        {
            foreach (var problem in e.Problems)
                parsed.InvocationConfiguration.Error.WriteLine(problem);
            return null;
        }
    }
}
