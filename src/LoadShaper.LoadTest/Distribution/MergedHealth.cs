using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>The generators of all workers as one: CPU, cores and pauses are added, memory is that of the worker with the most.</summary>
internal static class MergedHealth
{
    internal static GeneratorHealth Of(IReadOnlyList<(string Worker, GeneratorHealth Health)> parts)
    {
        var lag = new LatencyHistogram();
        foreach (var (_, health) in parts)
            lag.Add(health.Lag);
        return new GeneratorHealth
        {
            Lag = lag,
            Threads = [.. parts.SelectMany(part => part.Health.Threads.Select(thread => thread with { Name = $"{part.Worker}/{thread.Name}" }))],
            Cpu = parts.Sum(part => part.Health.Cpu),
            Cores = parts.Sum(part => part.Health.Cores),
            ResidentBytesAtStart = Most(health => health.ResidentBytesAtStart),
            ResidentBytesPeak = Most(health => health.ResidentBytesPeak),
            ResidentBytes = Most(health => health.ResidentBytes),
            GarbageCollections = parts.Sum(part => part.Health.GarbageCollections),
            GarbageCollectionPause = parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Health.GarbageCollectionPause),
            Engine = string.Join(", ", parts.Select(part => part.Health.Engine).Distinct()),
            EngineLimit = parts.Select(part => part.Health.EngineLimit).FirstOrDefault(limit => limit is not null),
            RecordStalls = parts.Sum(part => part.Health.RecordStalls),
        };

        long Most(Func<GeneratorHealth, long> of) => parts.Count == 0 ? 0 : parts.Max(part => of(part.Health));
    }
}
