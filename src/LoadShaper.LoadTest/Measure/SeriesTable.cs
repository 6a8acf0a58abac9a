using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Measure;

/// <summary>
/// The names under which results are kept: step names in the order of the plan, up to the plan's limit; the steps beyond
/// it share <see cref="Other"/>. The key is never a URL, so data cannot multiply series.
/// </summary>
internal sealed class SeriesTable
{
    internal const string Other = "other";
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    internal SeriesTable(RunPlan plan)
    {
        var names = plan.Flows.SelectMany(flow => flow.Steps).Select(step => step.Name).Distinct(StringComparer.Ordinal).ToList();
        foreach (var name in names.Take(plan.MaxSeries))
            _indices[name] = _indices.Count;
        List<string> kept = [.. names.Take(plan.MaxSeries)];
        if (names.Count > plan.MaxSeries)
            kept.Add(Other);
        Names = kept;
    }

    internal IReadOnlyList<string> Names { get; }

    internal ushort Of(string step) => (ushort)_indices.GetValueOrDefault(step, Names.Count - 1);
}
