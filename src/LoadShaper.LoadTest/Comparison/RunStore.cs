using System.Globalization;
using LoadShaper.LoadTest.Reports;

namespace LoadShaper.LoadTest.Comparison;

/// <summary>Keeps copies of runs in directories named by the UTC time at which they started: archives and baselines.</summary>
public static class RunStore
{
    private const string NameFormat = "yyyy-MM-dd_HH-mm-ss";

    /// <summary>What a comparison needs.</summary>
    public static readonly IReadOnlyList<string> BaselineFiles = ["summary.json", "machine.json", "scenario.resolved.yaml"];

    public static readonly IReadOnlyList<string> AllFiles =
        [.. BaselineFiles, "summary.md", "report.html", "stats.csv", "stats_history.csv", "failures.csv", "histograms.hlog"];

    /// <summary>Copies a run into the store and returns the new directory.</summary>
    /// <exception cref="FormatException">The directory has no finished run.</exception>
    public static string Add(string run, string store, IReadOnlyList<string> files)
    {
        var summary = RunSamples.Read(run).Summaries is [var only]
            ? only
            : throw new FormatException($"{run} has several runs; expected the directory of one run");
        var name = summary.StartedAt.UtcDateTime.ToString(NameFormat, CultureInfo.InvariantCulture);
        var target = Path.Combine(store, name);
        for (var i = 2; Directory.Exists(target); i++)
            target = Path.Combine(store, $"{name}-{i}");
        // Readers of the store never see a part of a run.
        var temporary = Path.Combine(store, $".{Path.GetFileName(target)}.tmp");
        Directory.CreateDirectory(temporary);
        foreach (var file in files)
            if (File.Exists(Path.Combine(run, file)))
                File.Copy(Path.Combine(run, file), Path.Combine(temporary, file), overwrite: true);
        Directory.Move(temporary, target);
        return target;
    }

    /// <summary>The runs to delete so that the newest <paramref name="keep"/> stay and none is older than <paramref name="maxAge"/>.</summary>
    /// <param name="directories">Names in the store; names that are not of runs are never chosen.</param>
    public static IReadOnlyList<string> Expired(IEnumerable<string> directories, DateTimeOffset now, int? keep, TimeSpan? maxAge)
    {
        var runs = directories.Select(d => (Name: d, Time: TimeOf(d))).Where(r => r.Time is not null).OrderByDescending(r => r.Time).ThenByDescending(r => r.Name, StringComparer.Ordinal).ToArray();
        return [.. runs.Where((r, i) => i >= keep || now - r.Time > maxAge).Select(r => r.Name)];
    }

    /// <summary>Deletes what is expired; only directories that hold a summary.</summary>
    public static IReadOnlyList<string> Prune(string store, DateTimeOffset now, int? keep, TimeSpan? maxAge)
    {
        var names = Directory.GetDirectories(store).Where(d => File.Exists(Path.Combine(d, "summary.json"))).Select(d => Path.GetFileName(d)!);
        var expired = Expired(names, now, keep, maxAge).Select(n => Path.Combine(store, n)).ToArray();
        foreach (var directory in expired)
            Directory.Delete(directory, recursive: true);
        return expired;
    }

    /// <summary>A scenario's name as the name of a directory.</summary>
    public static string DirectoryName(Summary summary)
    {
        var name = string.Concat(summary.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')).Trim('-', '.');
        return name == "" ? "run" : name;
    }

    private static DateTimeOffset? TimeOf(string name) =>
        name.Length >= 19
        && (name.Length == 19 || name[19] == '-')
        && DateTimeOffset.TryParseExact(name[..19], NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
