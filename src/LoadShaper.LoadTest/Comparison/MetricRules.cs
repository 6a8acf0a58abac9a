using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.LoadTest.Comparison;

/// <summary>The rules of a comparison with the operator's tolerances.</summary>
public static class MetricRules
{
    /// <param name="texts">"5%" for every metric that is compared by its ratio, or "p99_latency=10%" for one.</param>
    /// <exception cref="FormatException">A text is not understood.</exception>
    public static IReadOnlyList<MetricRule> WithTolerances(IReadOnlyList<string> texts)
    {
        var rules = MetricRule.Defaults.ToArray();
        // A tolerance for one metric wins in any order.
        foreach (var text in texts.OrderBy(t => t.Contains('=')))
        {
            var (name, value) = text.Split('=', 2) is [var left, var right] ? (left.Trim(), right) : (null, text);
            if (!Units.TryShare(value, out var tolerance))
                throw new FormatException($"--tolerance \"{text}\" is not valid; expected {Units.ShareExpected}, or METRIC=10%");
            if (name is not null && rules.All(r => r.Name != name))
                throw new FormatException($"--tolerance \"{text}\": unknown metric \"{name}\"; expected {string.Join(", ", rules.Select(r => r.Name))}");
            for (var i = 0; i < rules.Length; i++)
                if (name is null ? !rules[i].IsShare : rules[i].Name == name)
                    rules[i] = rules[i] with { Tolerance = tolerance };
        }
        return rules;
    }
}
