namespace LoadShaper.Domain.Settings;

/// <summary>Finds variables that were probably meant for LoadShaper: a misspelt name is a setting that has no effect.</summary>
public static class UnknownNames
{
    /// <summary>Longer names are not compared.</summary>
    private const int LongestName = 64;

    private static readonly string[] Prefixes = ["CPU_P95_", "MEM_", "NET_", "LOADSHAPER_", "HEALTH_", "JITTER_", "HYSTERESIS_", "PERSISTENCE_", "ALERT_", "DEADMAN_", "FLEET_", "OCI_MON", "OCI_META", "TELEMETRY_"];

    // What Kubernetes sets for a Service, also without the variable by which ServiceLinks knows it.
    private static readonly string[] ServiceMarks = ["_SERVICE_HOST", "_SERVICE_PORT", "_TCP", "_UDP"];

    /// <param name="given">Variables of the environment and of the template.</param>
    /// <returns>A warning for each name that is not a setting but looks like one.</returns>
    public static IReadOnlyList<SettingProblem> Validate(IEnumerable<KeyValuePair<string, SettingText>> given)
    {
        var warnings = new List<SettingProblem>();
        foreach (var (name, value) in given.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (SettingsTable.Find(name) is not null || name.Length > LongestName)
                continue;
            if (IsTypo(name, Nearest(name)) || value.Origin.Source == SettingSource.Template || LooksLikeOurs(name))
                warnings.Add(new SettingProblem(name, value.Text, value.Origin, "is not a setting and has no effect",
                    Meant(name) is { } meant ? $"did you mean {meant}?" : "see `loadshaper config` for the names"));
        }
        return warnings;
    }

    /// <summary>The setting that a misspelt name most likely means; null when none is close.</summary>
    public static string? Meant(string name)
    {
        if (name.Length > LongestName)
            return null;
        var nearest = Nearest(name);
        return IsTypo(name, nearest) || (nearest.Distance <= name.Length / 3 && name.ToUpperInvariant().Split('_')[0] == nearest.Name.Split('_')[0])
            ? nearest.Name
            : null;
    }

    /// <summary>For an error message about a name that is not a setting.</summary>
    public static string Suggestion(string name) =>
        Meant(name) is { } meant ? $"did you mean {meant}?" : "`loadshaper config` lists the settings";

    private static bool IsTypo(string name, (string Name, int Distance) nearest) =>
        nearest.Distance <= Math.Max(1, Math.Min(nearest.Name.Length, name.Length) / 6);

    // An ending that is missing or added counts as one letter.
    private static (string Name, int Distance) Nearest(string name)
    {
        var upper = name.ToUpperInvariant();
        return SettingsTable.All.Select(s => (s.Name, Distance: IsOtherEnd(upper, s.Name) ? 1 : Spelling.Distance(upper, s.Name))).MinBy(found => found.Distance);
    }

    // CONTROL_PERIOD, AVG_WINDOW_SECONDS.
    private static bool IsOtherEnd(string name, string ours) =>
        name != ours && ((name.Contains('_') && ours.StartsWith(name + "_", StringComparison.Ordinal)) || name.StartsWith(ours, StringComparison.Ordinal));

    private static bool LooksLikeOurs(string name) =>
        (Prefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal)) || SettingsTable.All.Any(s => BeginsAndEndsAs(s.Name, name)))
        && !ServiceMarks.Any(m => name.Contains(m, StringComparison.Ordinal))
        && !name.EndsWith("_PORT", StringComparison.Ordinal);

    // CPU_TARGET_PCT.
    private static bool BeginsAndEndsAs(string ours, string name) =>
        name.Split('_') is [var first, .., var last] && ours.StartsWith(first + "_", StringComparison.Ordinal) && ours.EndsWith("_" + last, StringComparison.Ordinal);
}
