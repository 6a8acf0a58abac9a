using System.CommandLine;
using System.Globalization;
using LoadShaper.Daemon;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using LoadShaper.LoadTest.Session;
using LoadShaper.LoadTest.Soak;
using LoadShaper.LoadTest.Verdict;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load soak`: load for a while, and does the target grow.</summary>
internal static class LoadSoakCommand
{
    private static readonly Dictionary<string, string> Modes = new() { ["smoke"] = "60s", ["long"] = "30m" };

    public static Command Create()
    {
        var scenarioOptions = new ScenarioOptions();
        var sessionOptions = new SessionOptions();
        var mode = new Option<string?>("--mode") { Description = "smoke (60s) or long (30m), unless --duration says otherwise; smoke when left out.", HelpName = "NAME" };
        var pid = new Option<int?>("--pid") { Description = "The target is this process of this machine.", HelpName = "PID" };
        var container = new Option<string?>("--container") { Description = "The target is the container with this id (12 characters or more).", HelpName = "ID" };
        var metrics = new Option<string?>("--metrics") { Description = "The target says its memory there: Prometheus text, or JSON of a LoadShaper daemon.", HelpName = "URL" };
        var rss = new Option<string?>("--max-rss-delta") { Description = "Growth of memory that is allowed; 128MiB, or STRESS_MAX_RSS_DELTA_KB.", HelpName = "128MiB" };
        var slope = new Option<string?>("--max-rss-slope") { Description = "Growth of memory an hour that is allowed; no limit when left out.", HelpName = "16MiB" };
        var errors = new Option<string?>("--max-error-rate") { Description = "Error rate that is allowed; 2%, or STRESS_MAX_ERROR_RATE.", HelpName = "2%" };
        var descriptors = new Option<int>("--max-fd-delta") { Description = "Growth of file descriptors that is allowed.", HelpName = "N", DefaultValueFactory = _ => 100 };
        var threads = new Option<int>("--max-thread-delta") { Description = "Growth of threads that is allowed.", HelpName = "N", DefaultValueFactory = _ => 50 };
        var interval = new Option<string>("--sample-every") { Description = "Time between two samples.", HelpName = "1s", DefaultValueFactory = _ => "1s" };
        var command = new Command("soak", "Put load on a service and watch its memory, file descriptors and threads. Exit code 99 when they grow beyond their limits or too many requests fail.");
        scenarioOptions.AddTo(command);
        sessionOptions.AddTo(command);
        foreach (var option in (Option[])[mode, pid, container, metrics, rss, slope, errors, descriptors, threads, interval])
            command.Add(option);
        command.SetAction(async (parsed, _) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            var environment = SessionOptions.ProcessEnvironment();
            var problems = new List<string>();
            var chosen = parsed.GetValue(mode);
            if (chosen is not null && !Modes.ContainsKey(chosen))
                problems.Add($"--mode is \"{chosen}\"; expected {string.Join(" or ", Modes.Keys)}");
            var limits = new SoakLimits
            {
                RssDeltaBytes = Size(parsed.GetValue(rss), "--max-rss-delta", problems) ?? Kibibytes(environment, problems) ?? SoakLimits.DefaultRssDelta,
                RssSlopeBytesPerHour = Size(parsed.GetValue(slope), "--max-rss-slope", problems),
                DescriptorDelta = parsed.GetValue(descriptors),
                ThreadDelta = parsed.GetValue(threads),
            };
            var share = Share(parsed.GetValue(errors), "--max-error-rate", problems) ?? Share(environment.GetValueOrDefault("STRESS_MAX_ERROR_RATE"), "STRESS_MAX_ERROR_RATE", problems) ?? SoakLimits.DefaultErrorRate;
            if (!Units.TryDuration(parsed.GetValue(interval)!, out var every) || every < TimeSpan.FromMilliseconds(10))
                problems.Add($"--sample-every is \"{parsed.GetValue(interval)}\"; expected {Units.DurationExpected}, at least 10ms");
            using var probe = Probe(parsed.GetValue(pid), parsed.GetValue(container), parsed.GetValue(metrics), problems);
            if (problems.Count > 0 || probe is null)
            {
                foreach (var problem in problems)
                    error.WriteLine(problem);
                return LoadExitCode.Usage;
            }
            if (await probe.ReadAsync(CancellationToken.None) is null)
            {
                error.WriteLine($"{probe.Source} gives no resident memory; expected a running process, or a metrics URL with process_resident_memory_bytes or resource_status.memory_mb");
                return LoadExitCode.Failure;
            }
            if (scenarioOptions.Read(parsed, environment, out var exitCode, flags => flags with
            {
                Duration = flags.Duration ?? Duration(chosen, scenarioOptions.ScenarioText(parsed), flags),
                Thresholds = [.. flags.Thresholds, $"error_rate<={(share * 100).ToString("0.######", CultureInfo.InvariantCulture)}%"],
            }) is not { } scenario)
                return exitCode;
            var directory = ScenarioLoader.IsUrl(scenario.Source) ? "." : Path.GetDirectoryName(Path.GetFullPath(scenario.Source))!;
            return await sessionOptions.RunAsync(parsed, new SessionRequest
            {
                Scenario = scenario,
                Parts = [new SessionPart(null, scenario.Plan)],
                ResolvedYaml = ResolvedYaml.Write(scenario, directory),
                Machine = MachineInfo.Read("/", BuildInfo.Version),
                AllowedTargets = scenarioOptions.AllowedTargets(parsed),
                Companions = [new SoakCompanion(probe, limits, every)],
                Validity = VerdictLimits.LoadOnly,
            });
        });
        return command;
    }

    /// <summary>A scenario file has its own duration unless a mode or a load is given on the command line.</summary>
    private static string? Duration(string? mode, string scenario, LoadFlags flags) =>
        mode is not null || ScenarioLoader.IsUrl(scenario) || flags.Rate is not null || flags.Users is not null || flags.Ramp is not null && !flags.Ramp.Contains('/') ? Modes[mode ?? "smoke"] : null;

    private static ITargetProbe? Probe(int? pid, string? container, string? metrics, List<string> problems)
    {
        var given = (pid is null ? 0 : 1) + (container is null ? 0 : 1) + (metrics is null ? 0 : 1);
        if (given != 1)
            problems.Add($"{(given == 0 ? "no target to watch" : "several targets to watch")}; expected one of --pid, --container and --metrics");
        else if (pid is { } id)
            return ProcessProbe.OfProcess("/", id);
        else if (container is not null)
        {
            if (ProcessProbe.OfContainer("/", container) is { } probe)
                return probe;
            problems.Add($"--container is \"{container}\"; expected an id of at least 12 hexadecimal characters (docker inspect -f '{{{{.Id}}}}' NAME)");
        }
        else if (Uri.TryCreate(metrics, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return new MetricsProbe(url);
        else
            problems.Add($"--metrics is \"{metrics}\"; expected a URL such as http://127.0.0.1:8080/metrics");
        return null;
    }

    private static long? Size(string? text, string name, List<string> problems)
    {
        if (text is null)
            return null;
        if (Units.TrySize(text, out var bytes))
            return bytes;
        problems.Add($"{name} is \"{text}\"; expected {Units.SizeExpected}");
        return null;
    }

    private static double? Share(string? text, string name, List<string> problems)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (Units.TryShare(text, out var share))
            return share;
        problems.Add($"{name} is \"{text}\"; expected {Units.ShareExpected}");
        return null;
    }

    private static long? Kibibytes(IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        if (environment.GetValueOrDefault("STRESS_MAX_RSS_DELTA_KB") is not { Length: > 0 } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var kib) && kib < long.MaxValue >> 10)
            return kib << 10;
        problems.Add($"STRESS_MAX_RSS_DELTA_KB is \"{text}\"; expected KiB as a whole number, such as 131072");
        return null;
    }
}
