using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Session;

/// <summary>Makes one result of several runs in a row.</summary>
internal static class ResultCombiner
{
    /// <param name="parts">In order, each with its start from the start of the session.</param>
    public static RunResult Combine(IReadOnlyList<(TimeSpan Start, RunResult Result)> parts)
    {
        if (parts is [var (start, only)] && start == TimeSpan.Zero)
            return only;
        var results = parts.Select(p => p.Result).ToArray();
        var last = results[^1];
        return last with
        {
            StartedAt = results[0].StartedAt,
            Duration = parts[^1].Start + last.Duration,
            PlannedDuration = results.Aggregate(TimeSpan.Zero, (sum, r) => sum + r.PlannedDuration) + Pauses(parts),
            Total = ResultMerge.Series(results.Select(r => r.Total))[0],
            Series = ResultMerge.Series(results.SelectMany(r => r.Series)),
            Warmup = results.Aggregate(default(RunCounts), (sum, r) => sum + r.Warmup),
            Timeline = [.. parts.SelectMany(p => p.Result.Timeline.Select(r => r with { Start = r.Start + p.Start }))],
            Errors = ResultMerge.Errors(parts.SelectMany(p => p.Result.Errors.Select(e => e with { First = e.First + p.Start, Last = e.Last + p.Start }))),
            Health = Health(results),
            Echo = results.Any(r => r.Echo is not null) ? results.Aggregate(default(EchoCounts), (sum, r) => sum + r.Echo.GetValueOrDefault()) : null,
            Warnings = [.. parts.SelectMany(p => p.Result.Warnings.Select(w => w with { At = w.At + p.Start }))],
        };
    }

    private static TimeSpan Pauses(IReadOnlyList<(TimeSpan Start, RunResult Result)> parts) =>
        parts.Zip(parts.Skip(1)).Aggregate(TimeSpan.Zero, (sum, pair) => sum + (pair.Second.Start - pair.First.Start - pair.First.Result.Duration));

    private static GeneratorHealth Health(RunResult[] results)
    {
        var lag = new LatencyHistogram();
        foreach (var result in results)
            lag.Add(result.Health.Lag);
        var seconds = Math.Max(results.Sum(r => r.Duration.TotalSeconds), 1e-9);
        return results[^1].Health with
        {
            Lag = lag,
            Cpu = results.Sum(r => r.Health.Cpu * r.Duration.TotalSeconds) / seconds,
            ResidentBytesAtStart = results[0].Health.ResidentBytesAtStart,
            ResidentBytesPeak = results.Max(r => r.Health.ResidentBytesPeak),
            RecordStalls = results.Sum(r => r.Health.RecordStalls),
            Threads =
            [
                .. results.SelectMany(r => r.Health.Threads).GroupBy(t => t.Name)
                    .Select(g => new EngineThreadHealth(g.Key, g.Max(t => t.Cpu), g.Max(t => t.RunQueueDelay))),
            ],
        };
    }
}
