using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadShaper.LoadTest.Companions;
using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Faults.Runs;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Reports.Html;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Thresholds;
using LoadShaper.LoadTest.Verdict;

namespace LoadShaper.LoadTest.Session;

/// <summary>One run of a session.</summary>
/// <param name="Name">Of the phase that the run is in the report; null for a session of one run, whose plan has its own phases.</param>
/// <param name="Pause">Before it.</param>
public sealed record SessionPart(string? Name, RunPlan Plan, TimeSpan Pause = default);

/// <summary>What to run, and what is permitted.</summary>
public sealed record SessionRequest
{
    /// <summary>Its plan describes the whole session; with one part it is the part's.</summary>
    public required Scenario Scenario { get; init; }
    public required IReadOnlyList<SessionPart> Parts { get; init; }
    public required string ResolvedYaml { get; init; }
    public required MachineInfo Machine { get; init; }

    /// <summary>Directory of the files; null: none are written.</summary>
    public string? Out { get; init; }
    public bool AllowHooks { get; init; }
    public IReadOnlyCollection<string> AllowedTargets { get; init; } = [];

    /// <summary>What observes the session from outside.</summary>
    public IReadOnlyList<ISessionCompanion> Companions { get; init; } = [];

    /// <summary>From where on a run is invalid.</summary>
    public VerdictLimits Validity { get; init; } = VerdictLimits.Default;

    /// <summary>Executes the run; null: this process does.</summary>
    public IRunExecutor? Executor { get; init; }

    /// <summary>Runs to compare with; null: no comparison.</summary>
    public IReadOnlyList<RunSample>? Baseline { get; init; }
}

/// <summary>How a session ended.</summary>
/// <param name="Problem">Why nothing was sent; null when a run took place.</param>
public sealed record SessionOutcome(int ExitCode, string? Problem, RunReport? Report, IReadOnlyCollection<string> FileFailures);

/// <summary>Executes a scenario from the permission checks to the written report.</summary>
/// <param name="judge">Decides whether a run is valid; <see cref="RunVerdict.Of"/> unless a test decides.</param>
public sealed class LoadSession(SessionRequest request, ISessionObserver observer, Func<RunResult, RunVerdict>? judge = null)
{
    private readonly Func<RunResult, RunVerdict> _judge = judge ?? (result => RunVerdict.Of(result, request.Validity));

    public async Task<SessionOutcome> RunAsync(CancellationToken cancel)
    {
        var scenario = request.Scenario;
        if (HookRunner.Refusal(scenario, request.AllowHooks) is { } hooks)
            return Refused(LoadExitCode.Usage, hooks);
        if (await TargetRefusalAsync(scenario.Plan, request.AllowedTargets, cancel) is var (code, problem))
            return Refused(code, problem);
        using var output = request.Out is null ? null : new OutputDirectory(request.Out, observer.OnMessage);
        if (output?.Create() is { } unusable)
            return Refused(LoadExitCode.Failure, unusable);

        var context = new ReportContext(scenario.Name, scenario.Source, scenario.Plan, request.ResolvedYaml, request.Machine);
        output?.Replace("scenario.resolved.yaml", context.ResolvedYaml);
        output?.Replace("machine.json", JsonSerializer.Serialize(context.Machine, ReportJson.Default.MachineInfo));
        if (await HookRunner.RunAsync(scenario.Before, observer.OnMessage, cancel) is { } failed)
            return Refused(cancel.IsCancellationRequested ? LoadExitCode.Interrupted : LoadExitCode.Failure, failed);

        // A remote executor starts the faults where the requests are sent.
        if (scenario.Faults is not { } policy || request.Executor is not null)
            return await RunAsync(context, output, null, cancel);
        RunFaults faults;
        try
        {
            faults = await RunFaults.StartAsync(policy, request.Parts.SelectMany(p => p.Plan.Targets), observer.OnMessage);
        }
        catch (IOException e)
        {
            return Refused(LoadExitCode.Failure, e.Message);
        }
        await using (faults)
            return await RunAsync(context, output, faults, cancel);
    }

    private async Task<SessionOutcome> RunAsync(ReportContext context, OutputDirectory? output, RunFaults? faults, CancellationToken cancel)
    {
        var scenario = request.Scenario;
        foreach (var companion in request.Companions)
            companion.Start();
        var (result, verdict, phases, recorder) = await ExecuteAsync(context, output, faults, cancel);
        var companions = new List<CompanionResult>();
        if (faults is not null)
            companions.Add(await faults.FinishAsync());
        else if (scenario.Faults is { } policy && result.Faults is { } counters)
            companions.Add(RunFaults.Report(policy, scenario.Plan.Targets.Select(t => t.Protocol), counters));
        if (WorkerTable.Of(result) is { } workers)
            companions.Add(workers);
        foreach (var companion in request.Companions)
            if (await companion.FinishAsync(result, phases) is { } seen)
                companions.Add(seen);

        // The commands that clean up are executed after an interruption too; a second signal ends the process.
        var after = await HookRunner.RunAsync(scenario.After, observer.OnMessage, CancellationToken.None);
        if (after is not null)
            observer.OnMessage(after);
        var thresholds = ThresholdEvaluator.Evaluate(scenario.Thresholds, result, phases, recorder.Windows);
        var report = new RunReport(context, result, verdict, thresholds, phases, recorder.EarlyWarnings, ExitCodeOf(result, verdict, thresholds, filesFailed: after is not null, companionsFailed: companions.Any(c => c.Failure is not null)))
        {
            Companions = companions,
        };
        if (request.Baseline is { } baseline)
            report = report with { Comparison = Comparer.Compare(baseline, [RunSamples.Of("this run", SummaryBuilder.Of(report))], MetricRule.Defaults) };
        Write(output, report);
        if (output is { Failures.Count: > 0 } && report.ExitCode == LoadExitCode.Ok)
        {
            report = report with { ExitCode = LoadExitCode.Failure };
            output.Replace("summary.json", JsonSerializer.Serialize(SummaryBuilder.Of(report), ReportJson.Default.Summary));
        }
        return new SessionOutcome(report.ExitCode, null, report, output?.Failures ?? []);
    }

    /// <summary>
    /// 105 after an interruption, 1 when the engine failed, 5 when workers were lost, 4 for an invalid run, 99 for a crossed threshold or an abort
    /// condition, 1 when only a file or hook failed.
    /// </summary>
    internal static int ExitCodeOf(RunResult result, RunVerdict verdict, IReadOnlyList<ThresholdOutcome> thresholds, bool filesFailed, bool companionsFailed = false) => result.End switch
    {
        RunEnd.Interrupted => LoadExitCode.Interrupted,
        RunEnd.EngineFailed or RunEnd.StartMissed => LoadExitCode.Failure,
        RunEnd.MemoryLimit => LoadExitCode.Invalid,
        RunEnd.WorkersLost => LoadExitCode.WorkersLost,
        RunEnd.Aborted => LoadExitCode.Threshold,
        _ when !verdict.Valid => LoadExitCode.Invalid,
        _ when companionsFailed || thresholds.Any(t => !t.Passed) => LoadExitCode.Threshold,
        _ => filesFailed ? LoadExitCode.Failure : LoadExitCode.Ok,
    };

    /// <summary>Writes every file of a finished run.</summary>
    public static void Write(OutputDirectory? output, RunReport report)
    {
        if (output is null)
            return;
        var result = report.Result;
        output.Append("histograms.hlog", HistogramLog.End(result));
        output.Replace("stats.csv", CsvFiles.Stats(report.Context, result));
        output.Replace("stats_history.csv", CsvFiles.History(result.StartedAt, result.Timeline));
        output.Replace("failures.csv", CsvFiles.Failures(report.Context, result.Errors));
        output.Replace("report.html", HtmlReport.Render(report));
        output.Replace("summary.md", MarkdownSummary.Render(report));
        output.Replace("summary.json", JsonSerializer.Serialize(SummaryBuilder.Of(report), ReportJson.Default.Summary));
    }

    private async Task<(RunResult, RunVerdict, IReadOnlyList<PhaseFigures>, RunRecorder)> ExecuteAsync(ReportContext context, OutputDirectory? output, RunFaults? faults, CancellationToken cancel)
    {
        var planned = request.Parts.Aggregate(TimeSpan.Zero, (sum, p) => sum + p.Pause + p.Plan.Phases.Aggregate(TimeSpan.Zero, (s, phase) => s + phase.Duration));
        var recorder = new RunRecorder(context, request.Scenario, planned, output, observer);
        var results = new List<(TimeSpan Start, RunResult Result)>();
        var reasons = new List<VerdictReason>();
        var phases = new List<PhaseFigures>();
        foreach (var part in request.Parts)
        {
            if (results.Count > 0 && await StoppedAsync(part.Pause, results[^1].Result, cancel))
                break;
            var start = results.Count == 0 ? TimeSpan.Zero : results[^1].Start + results[^1].Result.Duration + part.Pause;
            if (part.Name is not null)
            {
                var before = results.Select(r => r.Result).ToArray();
                recorder.StartPart(new PartOffset(
                    results.Count, part.Name, start, before.Aggregate(default(RunCounts), (sum, r) => sum + r.Total.Counts),
                    before.SelectMany(r => r.Series).GroupBy(s => s.Name).ToDictionary(g => g.Key, g => g.Aggregate(default(RunCounts), (sum, s) => sum + s.Counts))));
                observer.OnMessage($"phase {results.Count + 1} of {request.Parts.Count}: {part.Name}");
            }
            var result = request.Executor is { } executor
                ? await executor.ExecuteAsync(part.Plan, recorder, cancel)
                : await LoadRun.ExecuteAsync(faults?.Through(part.Plan) ?? part.Plan, recorder, cancel);
            results.Add((start, result));
            reasons.AddRange(_judge(result).Reasons.Select(r => part.Name is null ? r : r with { Text = $"{part.Name}: {r.Text}" }));
            if (part.Name is not null)
                phases.Add(new PhaseFigures(phases.Count, part.Name, start, result.Duration, result.Total.Counts, result.Total.Response));
        }
        return (ResultCombiner.Combine(results), new RunVerdict(reasons.Count == 0, reasons), phases.Count > 0 ? phases : recorder.Phases, recorder);
    }

    private static async Task<bool> StoppedAsync(TimeSpan pause, RunResult before, CancellationToken cancel)
    {
        if (before.End != RunEnd.Finished)
            return true;
        await Task.Delay(pause, cancel).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return false;
    }

    /// <summary>Why a target may not be loaded; null when all may be.</summary>
    public static async Task<(int ExitCode, string Problem)?> TargetRefusalAsync(RunPlan plan, IReadOnlyCollection<string> allowed, CancellationToken cancel)
    {
        foreach (var target in plan.Targets.Where(t => t.UnixSocketPath is null))
        {
            IPAddress[] addresses;
            try
            {
                addresses = target.Addresses.Count > 0 ? [.. target.Addresses] : await Dns.GetHostAddressesAsync(target.Host, cancel);
            }
            catch (SocketException e)
            {
                return (LoadExitCode.Failure, $"target {target.Host} cannot be resolved: {e.Message}; expected a host name that resolves, or an address");
            }
            catch (OperationCanceledException)
            {
                return (LoadExitCode.Interrupted, "interrupted before the start; nothing was sent");
            }
            if (TargetRule.Refusal(target.Host, addresses, allowed) is { } refusal)
                return (LoadExitCode.Usage, refusal);
        }
        return null;
    }

    private static SessionOutcome Refused(int exitCode, string problem) => new(exitCode, problem, null, []);
}
