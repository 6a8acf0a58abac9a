using System.Collections.Immutable;

namespace LoadShaper.Domain.Units;

/// <summary>Sums by key since the start; a key that was never added to has 0. Immutable.</summary>
public sealed class Totals
{
    public static readonly Totals Zero = new(ImmutableDictionary<string, double>.Empty);

    private readonly ImmutableDictionary<string, double> _sums;

    private Totals(ImmutableDictionary<string, double> sums) => _sums = sums;

    public IEnumerable<string> Keys => _sums.Keys;

    public double this[string key] => _sums.GetValueOrDefault(key);

    public double Sum => _sums.Values.Sum();

    public Totals Add(string key, double amount = 1) => new(_sums.SetItem(key, this[key] + amount));
}
