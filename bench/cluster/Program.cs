using System.Diagnostics;
using System.Globalization;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

// What the reports of many workers cost the coordinator: their size, and the CPU time to decode and merge them. Prints one table.
// cluster-bench [--workers 100] [--rate 25000] [--seconds 30] [--steps 1]
var options = new Dictionary<string, int>(StringComparer.Ordinal) { ["--workers"] = 100, ["--rate"] = 25_000, ["--seconds"] = 30, ["--steps"] = 1 };
for (var i = 0; i + 1 < args.Length; i += 2)
    options[args[i]] = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
var (workers, rate, seconds, steps) = (options["--workers"], options["--rate"], options["--seconds"], options["--steps"]);

var plan = new RunPlan
{
    Targets = [new LoadTarget { Name = "bench", Protocol = TargetProtocol.Http, Host = "127.0.0.1", Port = 80 }],
    Flows = [.. Enumerable.Range(0, steps).Select(i => Flow.Of(new HttpStep { Name = $"step {i}", Path = Template.Literal("/") }))],
    Phases = [new ConstantRate((double)rate * workers, TimeSpan.FromSeconds(seconds))],
};
// A few different workers stand for all: what matters is how many histogram buckets are occupied.
var kinds = Enumerable.Range(0, Math.Min(workers, 5)).Select(seed => Reports(seed).ToArray()).ToArray();
var deltas = kinds[0].Where(r => r.Kind == WorkerReportKind.Delta).ToArray();
var snapshots = kinds[0].Where(r => r.Kind == WorkerReportKind.Snapshot).ToArray();
var encoded = kinds.Select(reports => reports.Select(WorkerReportCodec.Encode).ToArray()).ToArray();

// The first pass compiles; the second is measured.
Merge();
var (deltaTime, snapshotTime, intervals) = Merge();
var perSecond = workers * (encoded[0].Sum(bytes => (double)bytes.Length) / seconds);
var cpu = (deltaTime + snapshotTime) / seconds;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workers} workers x {rate:N0} requests a second, {steps} steps, {seconds} s, {intervals} intervals shown"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"delta     {deltas.Average(r => WorkerReportCodec.Encode(r).Length):N0} bytes, {deltaTime / (deltas.Length * workers) * 1e6:N0} us to decode and merge"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"snapshot  {snapshots.Average(r => WorkerReportCodec.Encode(r).Length):N0} bytes, {snapshotTime / Math.Max(1, snapshots.Length * workers) * 1e6:N0} us to decode and merge"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"coordinator {perSecond / 1024:N0} KiB a second, {cpu * 100:N1} % of a core"));

(double Delta, double Snapshot, int Intervals) Merge()
{
    var observer = new Counting();
    var merged = new MergedRun(plan, [.. Enumerable.Range(0, workers).Select(i => new WorkerIdentity($"w{i}", "10.0.0.1:1"))], observer);
    merged.Start(DateTimeOffset.UnixEpoch);
    double delta = 0, snapshot = 0;
    for (var second = 0; second < seconds; second++)
    {
        var began = Stopwatch.GetTimestamp();
        for (var worker = 0; worker < workers; worker++)
            merged.Accept(worker, WorkerReportCodec.Decode(encoded[worker % kinds.Length][second]));
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (kinds[0][second].Kind == WorkerReportKind.Delta)
            delta += took;
        else
            snapshot += took;
    }
    return (delta, snapshot, observer.Intervals);
}

IEnumerable<WorkerReport> Reports(int seed)
{
    var random = new Random(seed);
    var whole = Enumerable.Range(0, steps + 1).Select(_ => (Response: new LatencyHistogram(), Lag: new LatencyHistogram())).ToArray();
    long sent = 0;
    for (var second = 1; second <= seconds; second++)
    {
        var interval = Enumerable.Range(0, steps + 1).Select(i => new LatencyHistogram(i == 0 ? 3 : 2)).ToArray();
        for (var n = 0; n < rate; n++)
        {
            // Log-normal around 1 ms, sigma 0.5: p99 is 3.2 times the median.
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var value = Math.Clamp((long)(1_000 * Math.Exp(0.5 * normal)), 1, LatencyHistogram.HighestMicroseconds);
            var step = 1 + n % steps;
            interval[0].Record(value);
            interval[step].Record(value);
            whole[0].Response.Record(value);
            whole[step].Response.Record(value);
            whole[0].Lag.Record(1 + value / 20);
        }
        sent += rate;
        var full = second % 10 == 0;
        yield return new WorkerReport
        {
            Sequence = second - 1,
            Kind = full ? WorkerReportKind.Snapshot : WorkerReportKind.Delta,
            Elapsed = TimeSpan.FromSeconds(second),
            InFlight = 25,
            Total = Series("all", 0),
            Series = [.. Enumerable.Range(1, steps).Select(i => Series($"step {i - 1}", i))],
            Rows = [new TimelineRow { Start = TimeSpan.FromSeconds(second - 1), Length = TimeSpan.FromSeconds(1), Counts = Counts(rate), Response = interval[0].Summary(), PlannedRate = rate, InFlight = 25 }],
            Health = new GeneratorHealth
            {
                Lag = full ? whole[0].Lag.Copy() : new LatencyHistogram(),
                Threads = [new EngineThreadHealth("engine 1", 0.9, 0.001)],
                Cpu = 0.9,
                ResidentBytes = 70 << 20,
                ResidentBytesPeak = 70 << 20,
                ResidentBytesAtStart = 60 << 20,
                Engine = "epoll",
            },
        };

        SeriesReport Series(string name, int i) => new()
        {
            Name = name,
            Counts = Counts(i == 0 ? sent : sent / steps),
            Response = HistogramData.Of(interval[i]),
            Cumulative = full ? new SeriesLatencies(HistogramData.Of(whole[i].Response), HistogramData.Empty, HistogramData.Of(whole[i].Response)) : null,
        };
    }
}

static RunCounts Counts(long sent) => new() { Offered = sent, Sent = sent, Completed = sent };

internal sealed class Counting : IRunObserver
{
    public int Intervals { get; private set; }

    public void OnStarted(RunStarted started)
    {
        // Nothing to measure before the first report.
    }

    public void OnInterval(IntervalSnapshot snapshot, IRunControl control) => Intervals++;

    public void OnWarning(RunWarning warning) => Console.Error.WriteLine(warning.Text);
}
