namespace LoadShaper.Domain.Settings;

/// <summary>Finds variables that were probably meant for LoadShaper: a misspelt name is a setting that silently does nothing.</summary>
public static class UnknownNames
{
    private static readonly string[] Prefixes = ["CPU_P95_", "MEM_", "NET_", "LOADSHAPER_", "HEALTH_", "JITTER_", "HYSTERESIS_", "PERSISTENCE_"];

    // What Kubernetes sets for every service, for instance LOADSHAPER_PORT_8080_TCP.
    private static readonly string[] ServiceMarks = ["_SERVICE_HOST", "_SERVICE_PORT", "_TCP", "_UDP"];

    /// <returns>A warning for each name that is none of ours but looks like one.</returns>
    public static IReadOnlyList<SettingProblem> Validate(IEnumerable<KeyValuePair<string, SettingText>> given)
    {
        var warnings = new List<SettingProblem>();
        foreach (var (name, value) in given.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (SettingsTable.Find(name) is not null || name.Length > 64)
                continue;
            var (nearest, distance) = Nearest(name);
            var close = distance <= Math.Max(1, nearest.Length / 6);
            if (close || value.Origin.Source == SettingSource.Template || LooksLikeOurs(name))
                warnings.Add(new SettingProblem(name, value.Text, value.Origin, "is no setting, so it does nothing",
                    close || (distance <= name.Length / 2 && name.Split('_')[0] == nearest.Split('_')[0]) ? $"did you mean {nearest}?" : "see `loadshaper config` for the names"));
        }
        return warnings;
    }

    /// <summary>The known name that needs the fewest changed, missing, extra or swapped letters; an end left out or added counts as one.</summary>
    public static (string Name, int Distance) Nearest(string name)
    {
        var upper = name.ToUpperInvariant();
        return SettingsTable.All.Select(s => (s.Name, Distance: IsOtherEnd(upper, s.Name) ? 1 : Distance(upper, s.Name))).MinBy(found => found.Distance);
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

    // Optimal string alignment: Levenshtein with neighbours swapped counted once.
    private static int Distance(string a, string b)
    {
        var (beforeLast, last) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray());
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last) = (last, row);
        }
        return last[b.Length];
    }
}
