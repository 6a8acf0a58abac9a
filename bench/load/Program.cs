using System.Globalization;
using System.Text.Json;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Verdict;

// One run of the load engine without the command line around it; prints one JSON object. `run` starts it.
// load-bench --port P [--users N | --rate R] [--seconds S] [--connections C] [--warmup S] [--batch MICROSECONDS]
//            [--path /] [--steps N] [--unique]
var options = new Dictionary<string, string>(StringComparer.Ordinal);
for (var i = 0; i < args.Length; i++)
    options[args[i]] = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : "";

double Number(string name, double otherwise) => options.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

var port = (int)Number("--port", 80);
var duration = TimeSpan.FromSeconds(Number("--seconds", 5));
var users = (int)Number("--users", 0);
var path = options.GetValueOrDefault("--path", "/");
var template = options.ContainsKey("--unique")
    ? Template.Of([TemplatePart.Text(path + "?id="), TemplatePart.Of(Variable.Index())])
    : Template.Literal(path);
var plan = new RunPlan
{
    Targets = [new LoadTarget { Name = "bench", Protocol = TargetProtocol.Http, Host = "127.0.0.1", Port = port }],
    Flows = [.. Enumerable.Range(0, (int)Number("--steps", 1)).Select(i => Flow.Of(new HttpStep { Name = $"step {i}", Path = template }))],
    Phases = [users > 0 ? new ClosedUsers(users, 0, ThinkTime.None, duration) : new ConstantRate(Number("--rate", 1_000), duration)],
    Connections = (int)Number("--connections", users > 0 ? users : 100),
    Warmup = TimeSpan.FromSeconds(Number("--warmup", 0)),
    Batch = TimeSpan.FromMicroseconds(Number("--batch", 0)),
};

var resident = new List<long>();
var result = await LoadRun.ExecuteAsync(plan, new Watcher(resident));
var counts = result.Total.Counts;
var lag = result.Health.Lag.Summary();
var response = result.Total.Response.Summary();
var verdict = RunVerdict.Of(result);
Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object>
{
    ["offered"] = counts.Offered,
    ["sent"] = counts.Sent,
    ["completed"] = counts.Completed,
    ["failed"] = counts.Failed,
    ["late"] = counts.Late,
    ["seconds"] = result.Duration.TotalSeconds,
    ["requests_per_second"] = counts.Completed / result.Duration.TotalSeconds,
    ["cpu_seconds"] = Environment.CpuUsage.TotalTime.TotalSeconds,
    ["engine_cpu"] = result.Health.Threads.Sum(thread => thread.Cpu),
    ["run_queue_delay"] = result.Health.Threads.Max(thread => thread.RunQueueDelay),
    ["process_cpu"] = result.Health.Cpu,
    ["lag_us"] = new { p50 = lag.P50, p99 = lag.P99, max = lag.Max },
    ["response_us"] = new { p50 = response.P50, p99 = response.P99, max = response.Max },
    ["service_p99_us"] = result.Total.Service.Percentile(99),
    ["series"] = result.Series.Count,
    ["rss_start"] = result.Health.ResidentBytesAtStart,
    ["rss_peak"] = result.Health.ResidentBytesPeak,
    ["rss_by_second"] = resident,
    ["gc"] = result.Health.GarbageCollections,
    ["gc_pause_ms"] = result.Health.GarbageCollectionPause.TotalMilliseconds,
    ["stalls"] = result.Health.RecordStalls,
    ["valid"] = verdict.Valid,
    ["reasons"] = verdict.Reasons.Select(reason => reason.Code),
    ["errors"] = result.Errors.Select(error => $"{error.Count} {error.Text}"),
}));

internal sealed class Watcher(List<long> resident) : IRunObserver
{
    public void OnStarted(RunStarted started)
    {
    }

    public void OnInterval(IntervalSnapshot snapshot, IRunControl control) => resident.Add(snapshot.Health.ResidentBytes);

    public void OnWarning(RunWarning warning) => Console.Error.WriteLine(warning.Text);
}
