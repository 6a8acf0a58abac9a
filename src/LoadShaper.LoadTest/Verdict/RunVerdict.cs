using System.Globalization;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Verdict;

/// <summary>Whether a run measured the target (valid) or its own generator, or lost a part of its load (invalid).</summary>
/// <param name="Reasons">Why it is invalid, for the operator; empty when valid.</param>
public sealed record RunVerdict(bool Valid, IReadOnlyList<VerdictReason> Reasons)
{
    public static RunVerdict Of(RunResult result, VerdictLimits? limits = null)
    {
        limits ??= VerdictLimits.Default;
        // A worker that was the limit makes the whole run invalid; the sum of all would hide it.
        VerdictReason[] reasons = result.Workers.Count == 0
            ? [.. OfProcess(result, limits)]
            : [.. result.Workers.SelectMany(worker => OfProcess(worker.Result, limits).Select(reason => reason with { Text = $"Worker {worker.Label}: {reason.Text}" }))];
        if (Workers(result) is { } workers)
            reasons = [workers, .. reasons];
        return new RunVerdict(reasons.Length == 0, reasons);
    }

    /// <summary>The counts in one line: offered / sent / completed / failed / late / unsent.</summary>
    public static string CountsLine(RunCounts counts) => string.Create(CultureInfo.InvariantCulture,
        $"offered {counts.Offered} / sent {counts.Sent} / completed {counts.Completed} / failed {counts.Failed} / late {counts.Late} / unsent {counts.Unsent}");

    private static List<VerdictReason> OfProcess(RunResult result, VerdictLimits limits)
    {
        var reasons = new List<VerdictReason>();
        if (result.End is RunEnd.EngineFailed or RunEnd.StartMissed)
            reasons.Add(new VerdictReason("engine", result.StopReason ?? "The engine failed"));
        if (result.End == RunEnd.MemoryLimit)
            reasons.Add(new VerdictReason("memory", result.StopReason ?? "The memory limit was reached"));
        var allCores = result.Health.Cores > 0 && result.Health.Cpu >= limits.ThreadCpu * result.Health.Cores;
        var busy = result.Health.Threads.Where(thread => thread.Cpu >= limits.ThreadCpu).ToList();
        if (Sent(result, limits, allCores || busy.Count > 0) is { } sent)
            reasons.Add(sent);
        foreach (var thread in busy)
            reasons.Add(new VerdictReason("cpu", $"{thread.Name} used {Percent(thread.Cpu)} of a core (limit {Percent(limits.ThreadCpu)}); the generator was the limit"));
        if (allCores && busy.Count == 0)
            reasons.Add(new VerdictReason("cpu", string.Create(CultureInfo.InvariantCulture, $"The generator used {result.Health.Cpu:0.##} of {result.Health.Cores} cores; it was the limit")));
        foreach (var thread in result.Health.Threads.Where(thread => thread.RunQueueDelay >= limits.RunQueueDelay))
        {
            reasons.Add(new VerdictReason("run_queue",
                $"{thread.Name} waited for a core {Percent(thread.RunQueueDelay)} of the time (limit {Percent(limits.RunQueueDelay)}); other processes use this machine"));
        }

        if (Lag(result, limits) is { } lag)
            reasons.Add(lag);
        if (LocalResource(result, limits) is { } resource)
            reasons.Add(resource);
        return reasons;
    }

    /// <summary>Workers were lost, so less was sent than the scenario asks for.</summary>
    private static VerdictReason? Workers(RunResult result)
    {
        if (result.End == RunEnd.WorkersLost)
            return new VerdictReason("workers", result.StopReason ?? "Workers were lost");
        var lost = result.Workers.Where(worker => worker.LostReason is not null).Select(worker => worker.Name).Distinct().ToList();
        return lost.Count == 0 ? null : new VerdictReason("workers", $"Workers lost: {string.Join(", ", lost)}");
    }

    private static VerdictReason? Sent(RunResult result, VerdictLimits limits, bool cpuBound)
    {
        var counts = result.Total.Counts;
        // What a lost worker did not send says nothing about its connections.
        if (result.End == RunEnd.WorkersLost || counts.SentRatio >= limits.SentRatio)
            return null;
        var cause = cpuBound
            ? "the generator had no CPU time left"
            : "all connections were in use; the target is slower than connections allow (rate = connections x 1000 / latency in ms)";
        return new VerdictReason("sent",
            $"The requested rate was not reached: {Percent(counts.SentRatio)} of {(counts.Offered == 1 ? "1 request" : $"{counts.Offered} requests")} were sent (limit {Percent(limits.SentRatio)}); {cause}");
    }

    private static VerdictReason? Lag(RunResult result, VerdictLimits limits)
    {
        foreach (var percentile in new[] { 50.0, 95, 99 })
        {
            var lag = result.Health.Lag.Percentile(percentile);
            var response = result.Total.Response.Percentile(percentile);
            if (result.Total.Response.Count == 0 || lag <= limits.LagFloorMicroseconds || lag <= response * limits.LagShare)
                continue;
            return new VerdictReason("lag", string.Create(CultureInfo.InvariantCulture,
                $"Requests were sent late while connections were free: lag p{percentile:0} is {lag / 1000.0:0.###} ms of a latency of {response / 1000.0:0.###} ms (limit {limits.LagShare:P0})"));
        }

        return null;
    }

    private static VerdictReason? LocalResource(RunResult result, VerdictLimits limits)
    {
        var errors = result.Errors.Where(error => error.Kind == FailureKind.LocalResource).ToList();
        var count = errors.Sum(error => error.Count);
        return count == 0 || count < result.Total.Counts.Sent * limits.LocalResourceShare
            ? null
            : new VerdictReason("local_resource", $"{(count == 1 ? "1 request" : $"{count} requests")} failed on this machine: {errors[0].Text}");
    }

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}

/// <param name="Code">Stable identifier: <c>sent</c>, <c>cpu</c>, <c>run_queue</c>, <c>lag</c>, <c>memory</c>, <c>engine</c>, <c>local_resource</c>, <c>workers</c>.</param>
public sealed record VerdictReason(string Code, string Text);

/// <summary>From where on a run is invalid.</summary>
public sealed record VerdictLimits
{
    public static VerdictLimits Default { get; } = new();

    /// <summary>For a run that is not about latencies, such as a soak test: whether the load was sent is all that matters.</summary>
    public static VerdictLimits LoadOnly { get; } = new() { RunQueueDelay = double.PositiveInfinity, LagShare = double.PositiveInfinity };

    /// <summary>Least share of offered requests that must be sent.</summary>
    public double SentRatio { get; init; } = 0.99;

    /// <summary>Share of a core at which an engine thread counts as the limit.</summary>
    public double ThreadCpu { get; init; } = 0.95;

    /// <summary>Share of the time that an engine thread may wait for a core.</summary>
    public double RunQueueDelay { get; init; } = 0.10;

    /// <summary>Largest share of a reported percentile that may be the generator's lag (p50, p95 and p99).</summary>
    public double LagShare { get; init; } = 0.10;

    /// <summary>Lag up to this is never a reason: a response time of microseconds would otherwise make every loopback run invalid.</summary>
    public long LagFloorMicroseconds { get; init; } = 1_000;

    /// <summary>Share of sent requests that may fail for lack of local ports, descriptors or socket memory.</summary>
    public double LocalResourceShare { get; init; } = 0.01;
}
