namespace LoadShaper.Domain.Settings;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
public static class Spelling
{
    // Words of fewer letters begin too many others.
    private const int ShortestPrefix = 3;

    /// <summary>
    /// The candidate that needs the fewest changes, when it is close: at most a third of its letters changed, or the name
    /// is the beginning of it. Case does not count.
    /// </summary>
    /// <returns>Null when no candidate is close.</returns>
    public static string? Closest(string name, IEnumerable<string> candidates)
    {
        var lower = name.ToLowerInvariant();
        var best = candidates
            .Select(candidate => (Name: candidate, Distance: FromBeginning(lower, candidate.ToLowerInvariant()) is { } shorter ? shorter : Distance(lower, candidate.ToLowerInvariant())))
            .OrderBy(found => found.Distance)
            .FirstOrDefault();
        return best.Name is { } nearest && best.Distance <= Math.Max(1, Math.Min(name.Length, nearest.Length) / 3) ? nearest : null;
    }

    // "health" and "helth" for healthcheck.
    private static int? FromBeginning(string name, string candidate)
    {
        if (name.Length < ShortestPrefix || candidate.Length < name.Length + 2)
            return null;
        return candidate.StartsWith(name, StringComparison.Ordinal) ? 1
            : name.Length > ShortestPrefix && Distance(name, candidate[..(name.Length + 1)]) == 1 ? 1
            : null;
    }

    /// <summary>Optimal string alignment: missing, extra, changed or swapped letters.</summary>
    public static int Distance(string a, string b)
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
