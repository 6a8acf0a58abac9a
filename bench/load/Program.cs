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
using (var json = new Utf8JsonWriter(Console.OpenStandardOutput()))
{
    json.WriteStartObject();
    json.WriteNumber("offered", counts.Offered);
    json.WriteNumber("sent", counts.Sent);
    json.WriteNumber("completed", counts.Completed);
    json.WriteNumber("failed", counts.Failed);
    json.WriteNumber("late", counts.Late);
    json.WriteNumber("seconds", result.Duration.TotalSeconds);
    json.WriteNumber("engine_cpu", result.Health.Threads.Sum(thread => thread.Cpu));
    json.WriteNumber("run_queue_delay", result.Health.Threads.Max(thread => thread.RunQueueDelay));
    json.WriteNumber("process_cpu", result.Health.Cpu);
    Summary("lag_us", lag);
    Summary("response_us", response);
    json.WriteNumber("series", result.Series.Count);
    json.WriteNumber("rss_start", result.Health.ResidentBytesAtStart);
    json.WriteNumber("rss_peak", result.Health.ResidentBytesPeak);
    json.WriteStartArray("rss_by_second");
    foreach (var bytes in resident)
        json.WriteNumberValue(bytes);
    json.WriteEndArray();
    json.WriteNumber("gc", result.Health.GarbageCollections);
    json.WriteNumber("gc_pause_ms", result.Health.GarbageCollectionPause.TotalMilliseconds);
    json.WriteNumber("stalls", result.Health.RecordStalls);
    Texts("invalid", verdict.Reasons.Select(reason => reason.Code));
    Texts("errors", result.Errors.Select(error => $"{error.Count} {error.Text}"));
    json.WriteEndObject();

    void Summary(string name, LatencySummary values)
    {
        json.WriteStartObject(name);
        json.WriteNumber("p50", values.P50);
        json.WriteNumber("p99", values.P99);
        json.WriteNumber("max", values.Max);
        json.WriteEndObject();
    }

    void Texts(string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}

internal sealed class Watcher(List<long> resident) : IRunObserver
{
    public void OnStarted(RunStarted started)
    {
    }

    public void OnInterval(IntervalSnapshot snapshot, IRunControl control) => resident.Add(snapshot.Health.ResidentBytes);

    public void OnWarning(RunWarning warning) => Console.Error.WriteLine(warning.Text);
}
