namespace LoadShaper.LoadTest.Comparison;

/// <summary>One run as the comparison sees it.</summary>
/// <param name="Name">Of its directory.</param>
/// <param name="Metrics">Value by metric name, over the whole run.</param>
/// <param name="Parts">The same metrics over consecutive parts of the run; used where a side has too few runs.</param>
public sealed record RunSample(
    string Name, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<IReadOnlyDictionary<string, double>> Parts);

/// <summary>
/// Decides whether the new runs are worse than the base. A metric is worse when the median moved beyond the tolerance in the
/// bad direction and a permutation test says that chance alone does so in at most 5 % of comparisons.
/// </summary>
public static class Comparer
{
    /// <summary>With fewer runs on a side no relabelling is rarer than 1 in 20.</summary>
    public const int FewestRuns = 3;
    private const double Level = 0.05;
    private const int Resamples = 2_000;

    /// <param name="seed">Of the sampled relabellings and resamples: the same seed and runs give the same answer.</param>
    public static ComparisonResult Compare(
        IReadOnlyList<RunSample> before, IReadOnlyList<RunSample> after, IReadOnlyList<MetricRule> rules, int seed = 1)
    {
        var withinRun = Math.Min(before.Count, after.Count) < FewestRuns;
        var changes = new Dictionary<string, MetricChange>();
        var testable = new List<(MetricRule Rule, double[] Before, double[] After)>();
        foreach (var rule in rules)
        {
            var (whole, wholeAfter) = (Values(before.Select(r => r.Metrics), rule), Values(after.Select(r => r.Metrics), rule));
            if (whole.Length == 0 || wholeAfter.Length == 0)
            {
                changes[rule.Name] = new MetricChange(rule, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, ChangeVerdict.NoData);
                continue;
            }
            var samples = withinRun ? Values(before.SelectMany(r => r.Parts), rule) : whole;
            var samplesAfter = withinRun ? Values(after.SelectMany(r => r.Parts), rule) : wholeAfter;
            var (low, high) = samples.Length > 1 && samplesAfter.Length > 1 ? Interval(rule, samples, samplesAfter, seed) : (double.NaN, double.NaN);
            var (middle, middleAfter) = (Median(whole), Median(wholeAfter));
            changes[rule.Name] = new MetricChange(rule, middle, middleAfter, rule.Change(middle, middleAfter), low, high, 1, ChangeVerdict.Inconclusive);
            if (samples.Length >= FewestRuns && samplesAfter.Length >= FewestRuns)
                testable.Add((rule, samples, samplesAfter));
        }

        // A metric missing in some runs has another number of values; each group of equal size is one family.
        foreach (var family in testable.GroupBy(t => (t.Before.Length, t.After.Length)))
        {
            var members = family.ToArray();
            var worse = PermutationTest.AdjustedP(Scaled(members, t => t.Before, 1), Scaled(members, t => t.After, 1), seed);
            var better = PermutationTest.AdjustedP(Scaled(members, t => t.Before, -1), Scaled(members, t => t.After, -1), seed);
            for (var k = 0; k < members.Length; k++)
                changes[members[k].Rule.Name] = Judge(changes[members[k].Rule.Name], worse[k], better[k]);
        }
        return new ComparisonResult(before.Count, after.Count, withinRun, [.. rules.Select(r => changes[r.Name])], []);
    }

    private static MetricChange Judge(MetricChange change, double worse, double better)
    {
        var rule = change.Rule;
        var worsening = rule.Worsening(change.Change);
        var p = worsening >= 0 ? worse : better;
        var verdict = Math.Abs(worsening) > rule.Tolerance && p <= Level
            ? worsening > 0 ? ChangeVerdict.Worse : ChangeVerdict.Better
            : Math.Abs(worsening) <= rule.Tolerance && Excludes(rule, change)
                ? ChangeVerdict.Same
                : ChangeVerdict.Inconclusive;
        return change with { P = p, Verdict = verdict };
    }

    /// <summary>Whether the interval leaves no room for a worsening beyond the tolerance.</summary>
    private static bool Excludes(MetricRule rule, MetricChange change) =>
        Math.Max(rule.Worsening(change.Low), rule.Worsening(change.High)) <= rule.Tolerance;

    private static double[] Values(IEnumerable<IReadOnlyDictionary<string, double>> runs, MetricRule rule) =>
        [.. runs.Select(r => r.TryGetValue(rule.Name, out var value) ? value : double.NaN).Where(double.IsFinite)];

    private static double[][] Scaled(
        (MetricRule Rule, double[] Before, double[] After)[] members, Func<(MetricRule Rule, double[] Before, double[] After), double[]> side, int sign) =>
        [.. members.Select(m => side(m).Select(v => sign * m.Rule.Worsening(m.Rule.Scale(v))).ToArray())];

    /// <summary>Percentile bootstrap of the change between medians.</summary>
    private static (double Low, double High) Interval(MetricRule rule, double[] before, double[] after, int seed)
    {
        var random = new Random(seed);
        var changes = new double[Resamples];
        var (drawn, drawnAfter) = (new double[before.Length], new double[after.Length]);
        for (var i = 0; i < Resamples; i++)
            changes[i] = rule.Change(Median(Draw(random, before, drawn)), Median(Draw(random, after, drawnAfter)));
        Array.Sort(changes);
        return (changes[(int)(Resamples * 0.025)], changes[(int)(Resamples * 0.975) - 1]);
    }

    private static double[] Draw(Random random, double[] from, double[] into)
    {
        for (var i = 0; i < into.Length; i++)
            into[i] = from[random.Next(from.Length)];
        return into;
    }

    internal static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
