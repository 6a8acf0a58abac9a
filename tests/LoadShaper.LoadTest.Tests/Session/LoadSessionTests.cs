using LoadShaper.LoadTest.Builtin;
using LoadShaper.LoadTest.Live;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using LoadShaper.LoadTest.Session;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using LoadShaper.LoadTest.Tests.Reports;
using LoadShaper.LoadTest.Verdict;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Session;

public sealed class LoadSessionTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Busy = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n";

    private readonly string _out = Directory.CreateTempSubdirectory("loadshaper-session-").FullName;
    private readonly Observer _observer = new();

    public void Dispose() => Directory.Delete(_out, recursive: true);

    [Fact]
    public async Task ARunWritesEveryFileAndCountsWhatTheServerSaw()
    {
        await using var server = ScriptedServer.Answering(Ok);

        var outcome = await RunAsync(Request(server, "rps: 100, for: 2s", "thresholds: [p95<5s, error_rate<1%]\n"));

        Assert.Equal((LoadExitCode.Ok, null), (outcome.ExitCode, outcome.Problem));
        Assert.Equal(RunStoreFiles, Directory.GetFiles(_out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var summary = Summary();
        Assert.Equal(("finished", 1.0, 0), (summary.End, summary.SuccessRate, summary.ExitCode));
        Assert.Equal(server.Requests, summary.Counts.Sent);
        Assert.Equal(200, summary.Counts.Offered);
        Assert.Equal(summary.Counts.Completed, outcome.Report!.Result.Total.Response.Count);
        Assert.Contains($",Aggregated,{server.Requests},0,", File.ReadAllText(Path.Combine(_out, "stats.csv")));
        Assert.StartsWith(CsvFiles.HistoryHead, File.ReadAllText(Path.Combine(_out, "stats_history.csv")));
        Assert.Equal(CsvFiles.FailuresHead + "\n", File.ReadAllText(Path.Combine(_out, "failures.csv")));
        var log = File.ReadAllLines(Path.Combine(_out, "histograms.hlog"));
        Assert.Contains(log, l => l.StartsWith("Tag=GET_/,0.000,"));
        Assert.NotEmpty(_observer.Views);
        var again = ScenarioLoader.Load(Path.Combine(_out, "scenario.resolved.yaml"), new ScenarioOverrides(), new Dictionary<string, string>());
        Assert.Equal(outcome.Report.Context.Plan.Phases, again.Plan.Phases);
    }

    [Fact]
    public async Task ACrossedThresholdIsExitCode99AndNamesTheError()
    {
        await using var server = ScriptedServer.Answering(Busy);

        var outcome = await RunAsync(Request(server, "rps: 50, for: 1s", "thresholds: [error_rate<1%]\n"));

        Assert.Equal(LoadExitCode.Threshold, outcome.ExitCode);
        Assert.Contains("429", Assert.Single(Summary().Errors).Text);
        Assert.Contains("GET,GET /,", File.ReadAllText(Path.Combine(_out, "failures.csv")));
    }

    [Fact]
    public async Task AnAbortConditionEndsTheRun()
    {
        await using var server = ScriptedServer.Answering(Busy);

        var outcome = await RunAsync(Request(server, "rps: 50, for: 10m", "abort_on: [\"error_rate>50% over 1s\"]\n"));

        Assert.Equal(LoadExitCode.Threshold, outcome.ExitCode);
        Assert.StartsWith("abort condition error_rate>50% over 1s met: 100 %", outcome.Report!.Result.StopReason);
    }

    [Fact]
    public async Task AnInterruptedRunKeepsItsResults()
    {
        await using var server = ScriptedServer.Answering(Ok);
        using var cancel = new CancellationTokenSource();
        _observer.OnEveryView = cancel.Cancel;

        var outcome = await RunAsync(Request(server, "rps: 100, for: 10m"), cancel.Token);

        Assert.Equal(LoadExitCode.Interrupted, outcome.ExitCode);
        Assert.Equal("interrupted", Summary().End);
        Assert.Equal(RunStoreFiles, Directory.GetFiles(_out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>/dev/full answers every write with "no space left on device".</summary>
    [Fact]
    public async Task AFullDiskIsReportedAndTheRunGoesOn()
    {
        await using var server = ScriptedServer.Answering(Ok);
        File.CreateSymbolicLink(Path.Combine(_out, "histograms.hlog"), "/dev/full");
        File.CreateSymbolicLink(Path.Combine(_out, "summary.json.tmp"), "/dev/full");

        var outcome = await RunAsync(Request(server, "rps: 100, for: 2s"));

        Assert.Equal(LoadExitCode.Failure, outcome.ExitCode);
        Assert.Contains("histograms.hlog is incomplete: No space left on device", Assert.Single(outcome.FileFailures));
        Assert.Single(_observer.Messages, m => m.Contains("histograms.hlog"));
        Assert.Contains(_observer.Messages, m => m.Contains("summary.json cannot be written: No space left on device"));
        Assert.Equal((server.Requests, LoadExitCode.Failure), (Summary().Counts.Completed, Summary().ExitCode));
    }

    [Fact]
    public async Task AnInvalidRunIsExitCode4()
    {
        await using var server = ScriptedServer.Answering(Ok);

        var outcome = await new LoadSession(Request(server, "rps: 10, for: 100ms", "thresholds: [failed>5]\n"), _observer, _ => new RunVerdict(false, [new VerdictReason("cpu", "too busy")])).RunAsync(default);

        Assert.Equal(LoadExitCode.Invalid, outcome.ExitCode);
        Assert.Equal((false, "too busy"), (Summary().Valid, Assert.Single(Summary().Invalid).Text));
    }

    [Fact]
    public async Task AnUnusableOutputDirectoryIsReportedBeforeAnythingIsSent()
    {
        await using var server = ScriptedServer.Answering(Ok);
        File.WriteAllText(Path.Combine(_out, "file"), "");

        var outcome = await RunAsync(Request(server, "rps: 100, for: 2s") with { Out = Path.Combine(_out, "file", "below") });

        Assert.Equal(LoadExitCode.Failure, outcome.ExitCode);
        Assert.EndsWith("expected a directory with write permission", outcome.Problem);
        Assert.Equal(0, server.Accepted);
    }

    [Fact]
    public async Task APublicTargetIsRefused()
    {
        var scenario = ScenarioLoader.Load("http://192.0.2.1/", new ScenarioOverrides(), new Dictionary<string, string>());

        var outcome = await RunAsync(Request(scenario));

        Assert.Equal(LoadExitCode.Usage, outcome.ExitCode);
        Assert.EndsWith("add --allow-target 192.0.2.1", outcome.Problem);
    }

    [Fact]
    public async Task HooksNeedPermission()
    {
        await using var server = ScriptedServer.Answering(Ok);
        var request = Request(server, "rps: 10, for: 100ms", $"before: [\"echo one; echo two >> {_out}/before\"]\nafter: [\"cat {_out}/before\"]\n");

        var refused = await RunAsync(request);
        var allowed = await RunAsync(request with { AllowHooks = true });

        Assert.Equal((LoadExitCode.Usage, "s.yaml has 2 shell commands under before and after; expected none. Read them, then add --allow-hooks to execute them"), (refused.ExitCode, refused.Problem));
        Assert.Equal(LoadExitCode.Ok, allowed.ExitCode);
        Assert.Equal(["one", "two"], _observer.Messages.Where(m => m is "one" or "two"));
    }

    [Fact]
    public async Task AFailingHookBeforeTheRunSendsNothing()
    {
        await using var server = ScriptedServer.Answering(Ok);

        var outcome = await RunAsync(Request(server, "rps: 10, for: 100ms", "before: [\"exit 3\", \"touch never\"]\n") with { AllowHooks = true });

        Assert.Equal((LoadExitCode.Failure, "hook \"exit 3\" ended with exit code 3; expected 0"), (outcome.ExitCode, outcome.Problem));
        Assert.Equal(0, server.Accepted);
    }

    [Fact]
    public async Task ARunIsComparedWithItsBaseline()
    {
        await using var server = ScriptedServer.Answering(Ok);
        var request = Request(server, "rps: 50, for: 1s");
        await RunAsync(request);
        var baseline = LoadTest.Comparison.RunSamples.Read(_out).Runs;

        var outcome = await RunAsync(request with { Baseline = baseline });

        Assert.Equal((1, 1), (outcome.Report!.Comparison!.RunsBefore, outcome.Report.Comparison.RunsAfter));
        Assert.Contains("Comparison with the baseline", File.ReadAllText(Path.Combine(_out, "report.html")));
    }

    [Fact]
    public async Task AThrottlingTestIsOneReportWithAPhaseForEachPart()
    {
        await using var server = ScriptedServer.Answering(Ok);
        var test = new ThrottlingTest("small", [new("first", "users: 2", 10, ["success_rate>=99%"]), new("second", "rps: 3000/min", 10, ["error_rate>0%"])], TimeSpan.Zero);
        var (scenario, parts, yaml) = test.ToSession($"http://127.0.0.1:{server.Port}/a", null, 0.05, new Dictionary<string, string>());

        var outcome = await RunAsync(Request(scenario) with { Parts = parts, ResolvedYaml = yaml });

        var report = outcome.Report!;
        Assert.Equal(LoadExitCode.Threshold, outcome.ExitCode);
        Assert.Equal([true, false], report.Thresholds.Select(t => t.Passed));
        Assert.Equal(["first", "second"], report.Phases.Select(p => p.Name));
        Assert.Equal(25, report.Phases[1].Counts.Offered);
        Assert.Equal(report.Result.Total.Counts.Completed, report.Phases.Sum(p => p.Counts.Completed));
        Assert.Equal(server.Requests, report.Result.Total.Counts.Sent);
        Assert.Equal(["concurrent", "rate"], report.Result.Series.Select(s => s.Name));
        Assert.Equal(2, Summary().Phases.Count);
    }

    [Fact]
    public async Task AnExecutorReplacesTheEngineAndItsFaults()
    {
        await using var server = ScriptedServer.Answering(Ok);
        var executor = new Executor();

        var outcome = await RunAsync(Request(server, "rps: 50, for: 1s", "faults: {latency: 50ms}\n") with { Executor = executor });

        Assert.Equal((LoadExitCode.WorkersLost, 0), (outcome.ExitCode, server.Accepted));
        Assert.Equal(server.Port, executor.Plan!.Targets[0].Port);
        Assert.Equal(["Faults", "Workers"], outcome.Report!.Companions.Select(c => c.Section.Title));
        Assert.Equal(("workers_lost", "w", 7L), (Summary().End, Summary().Workers!.Single().Name, Summary().Faults!.Counters["delayed"]));
    }

    private sealed class Executor : IRunExecutor
    {
        public LoadTest.Plan.RunPlan? Plan { get; private set; }

        public Task<RunResult> ExecuteAsync(LoadTest.Plan.RunPlan plan, IRunObserver observer, CancellationToken cancel)
        {
            Plan = plan;
            var result = LoadRun.NotStarted(plan, RunEnd.WorkersLost, "1 of 1 workers lost");
            return Task.FromResult(result with { Workers = [new WorkerResult { Name = "w", Address = "a", Result = result }], Faults = new Dictionary<string, long> { ["delayed"] = 7 } });
        }
    }

    private static string[] RunStoreFiles => [.. LoadTest.Comparison.RunStore.AllFiles.Order(StringComparer.Ordinal)];

    private Summary Summary() => ReportJson.ReadSummary(File.ReadAllText(Path.Combine(_out, "summary.json")));

    private Task<SessionOutcome> RunAsync(SessionRequest request, CancellationToken cancel = default) => 
        // A busy test machine must not decide; RunVerdictTests do.
        new LoadSession(request, _observer, _ => new RunVerdict(true, [])).RunAsync(cancel);

    private SessionRequest Request(ScriptedServer server, string load, string more = "") => Request(ScenarioLoader.FromText(
        "s.yaml", $"target: http://127.0.0.1:{server.Port}\nload: {{{load}}}\nconnections: 4\nsteps: [{{get: /}}]\n{more}", new ScenarioOverrides(), new Dictionary<string, string>(), "/"));

    private SessionRequest Request(Scenario scenario) => new()
    {
        Scenario = scenario,
        Parts = [new SessionPart(null, scenario.Plan)],
        ResolvedYaml = ResolvedYaml.Write(scenario, "/"),
        Machine = SampleReport.Machine,
        Out = _out,
    };

    private sealed class Observer : ISessionObserver
    {
        public List<LiveView> Views { get; } = [];
        public List<string> Messages { get; } = [];
        public Action? OnEveryView { get; set; }

        public void OnStarted(RunStarted started)
        {
        }

        public void OnView(LiveView view)
        {
            Views.Add(view);
            OnEveryView?.Invoke();
        }

        public void OnWarning(TimeSpan at, string text)
        {
        }

        public void OnMessage(string text)
        {
            lock (Messages)
                Messages.Add(text);
        }
    }
}
