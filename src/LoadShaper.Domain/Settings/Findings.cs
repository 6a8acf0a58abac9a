using LoadShaper.Domain.Settings.Rows;

namespace LoadShaper.Domain.Settings;

/// <summary>Collects broken relations. Each is reported for the variable that the user most likely changed.</summary>
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
        // An inverted band is a problem of its own.
        if (lowValue >= highValue || (value >= lowValue && value <= highValue))
            return;
        var band = $"{Row.Invariant(lowValue)} – {Row.Invariant(highValue)}";
        Add(Problems, blamed => blamed == name ? $"is outside {low} – {high}, {band}" : $"leaves {name} {Row.Invariant(value)} outside {low} – {high}, {band}",
            $"set {name} between {Row.Invariant(lowValue)} and {Row.Invariant(highValue)}, or move {low} and {high} around it", name, low, high);
    }

    /// <summary>A problem unless it holds. The sentence must be true for each of the names.</summary>
    public void Expect(bool holds, string broken, string fix, params ReadOnlySpan<string> names)
    {
        if (!holds)
            Add(Problems, _ => broken, fix, names);
    }

    /// <summary>A warning unless it holds.</summary>
    public void Advise(bool holds, string broken, string fix, params ReadOnlySpan<string> names)
    {
        if (!holds)
            Add(Warnings, _ => broken, fix, names);
    }

    private void Order(bool holds, string orEqual, string low, double lowValue, string high, double highValue)
    {
        if (!holds)
            Add(Problems,
                blamed => blamed == low ? $"must be below {orEqual}{high} {Row.Invariant(highValue)}" : $"must be above {orEqual}{low} {Row.Invariant(lowValue)}",
                $"lower {low} or raise {high}", low, high);
    }

    private void Add(List<SettingProblem> to, Func<string, string> broken, string fix, params ReadOnlySpan<string> names)
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
        to.Add(new SettingProblem(blamed!.Setting.Name, blamed.Text, blamed.Origin, broken(blamed.Setting.Name), fix));
    }
}
