namespace LoadShaper.Domain.Settings;

/// <summary>Collects broken relations, each on the variable that the user is most likely to have changed.</summary>
internal sealed class Findings(IReadOnlyList<SettingValue> values, IReadOnlySet<string> refused)
{
    private readonly Dictionary<string, SettingValue> _values = values.ToDictionary(v => v.Setting.Name, StringComparer.Ordinal);

    public List<SettingProblem> Problems { get; } = [];

    public List<SettingProblem> Warnings { get; } = [];

    public void Below(string low, double lowValue, string high, double highValue) =>
        Order(lowValue < highValue, "", low, lowValue, high, highValue);

    public void AtMost(string low, double lowValue, string high, double highValue) =>
        Order(lowValue <= highValue, "or equal to ", low, lowValue, high, highValue);

    public void Within(string name, double value, string low, double lowValue, string high, double highValue)
    {
        // Where the band itself is upside down, that is the problem.
        if (lowValue >= highValue || (value >= lowValue && value <= highValue))
            return;
        var band = $"{Row.Invariant(lowValue)} – {Row.Invariant(highValue)}";
        Add(Problems, blamed => blamed == name ? $"lies outside {low} – {high}, {band}" : $"leaves {name} {Row.Invariant(value)} outside {low} – {high}, {band}",
            $"set {name} between {Row.Invariant(lowValue)} and {Row.Invariant(highValue)}, or move {low} and {high} round it", name, low, high);
    }

    /// <summary>A problem unless it holds. The sentence must be true on whichever of the names it lands.</summary>
    public void Expect(bool holds, string broken, string mend, params ReadOnlySpan<string> names)
    {
        if (!holds)
            Add(Problems, _ => broken, mend, names);
    }

    /// <summary>A warning unless it holds.</summary>
    public void Advise(bool holds, string broken, string mend, params ReadOnlySpan<string> names)
    {
        if (!holds)
            Add(Warnings, _ => broken, mend, names);
    }

    private void Order(bool holds, string orEqual, string low, double lowValue, string high, double highValue)
    {
        if (!holds)
            Add(Problems,
                blamed => blamed == low ? $"must be below {orEqual}{high} {Row.Invariant(highValue)}" : $"must be above {orEqual}{low} {Row.Invariant(lowValue)}",
                $"lower {low} or raise {high}", low, high);
    }

    private void Add(List<SettingProblem> to, Func<string, string> broken, string mend, params ReadOnlySpan<string> names)
    {
        SettingValue? blamed = null;
        foreach (var name in names)
        {
            if (refused.Contains(name))
                return;
            var value = _values[name];
            if (blamed is null || value.Origin.Source > blamed.Origin.Source)
                blamed = value;
        }
        to.Add(new SettingProblem(blamed!.Setting.Name, blamed.Text, blamed.Origin, broken(blamed.Setting.Name), mend));
    }
}
