using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Comparison;

/// <summary>One side of a comparison as read from disk.</summary>
public sealed record ComparisonSide(IReadOnlyList<RunSample> Runs, IReadOnlyList<Summary> Summaries, IReadOnlyList<MachineInfo> Machines)
{
    /// <summary>Runs whose generator was the limit, and those that lost a part of their load with a worker.</summary>
    public IEnumerable<string> InvalidRuns => Runs.Zip(Summaries).Where(r => r.Second.Valid != true || r.Second.End == SummaryBuilder.EndText(RunEnd.WorkersLost)).Select(r => r.First.Name);
}

/// <summary>Reads runs for comparisons.</summary>
public static class RunSamples
{
    public static RunSample Of(string name, Summary summary) => new(
        name,
        Metrics(summary.SuccessRate, summary.CompletedRps, summary.P50Latency, summary.P95Latency, summary.P99Latency),
        [.. summary.Parts.Select(p => Metrics(p.SuccessRate, p.CompletedRps, p.P50Latency, p.P95Latency, p.P99Latency))]);

    /// <param name="path">A run's directory, its summary.json, or a directory whose subdirectories are runs.</param>
    /// <exception cref="FormatException">There is no run, or one cannot be read; says which and what was expected.</exception>
    public static ComparisonSide Read(string path)
    {
        string[] files = File.Exists(path) ? [path]
            : File.Exists(Path.Combine(path, "summary.json")) ? [Path.Combine(path, "summary.json")]
            : Directory.Exists(path) ? [.. Directory.GetDirectories(path).Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "summary.json")).Where(File.Exists)]
            : [];
        if (files.Length == 0)
            throw new FormatException($"{path} has no run; expected a directory with summary.json, or with one such directory for each run");
        var runs = new List<RunSample>();
        var summaries = new List<Summary>();
        var machines = new List<MachineInfo>();
        foreach (var file in files)
        {
            try
            {
                var summary = ReportJson.ReadSummary(File.ReadAllText(file));
                if (summary.End == "running")
                    throw new FormatException("the run did not end; expected the summary of a finished run");
                summaries.Add(summary);
                runs.Add(Of(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)))!, summary));
                var machine = Path.Combine(Path.GetDirectoryName(file)!, "machine.json");
                if (File.Exists(machine) && System.Text.Json.JsonSerializer.Deserialize(File.ReadAllText(machine), ReportJson.Default.MachineInfo) is { } info)
                    machines.Add(info);
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
            {
                throw new FormatException($"{file} cannot be compared: {e.Message}", e);
            }
        }
        return new ComparisonSide(runs, summaries, machines);
    }

    /// <summary>What makes two sides hard to compare.</summary>
    public static IReadOnlyList<string> Differences(ComparisonSide before, ComparisonSide after)
    {
        var notes = new List<string>();
        static string List(IEnumerable<string> values) => string.Join(", ", values.Distinct());
        void Check(string what, IEnumerable<string> one, IEnumerable<string> other)
        {
            var (a, b) = (List(one), List(other));
            if (a != b && a != "" && b != "")
                notes.Add($"The {what} differs: {a} in the base, {b} in the new runs.");
        }
        Check("scenario", before.Summaries.Select(s => s.Name), after.Summaries.Select(s => s.Name));
        Check("target", before.Summaries.Select(s => s.Target), after.Summaries.Select(s => s.Target));
        Check("planned duration", before.Summaries.Select(s => $"{s.PlannedDurationS} s"), after.Summaries.Select(s => $"{s.PlannedDurationS} s"));
        Check("number of workers", before.Summaries.Select(s => $"{s.Workers?.Count ?? 0}"), after.Summaries.Select(s => $"{s.Workers?.Count ?? 0}"));
        Check("machine", before.Machines.Select(m => $"{m.Cpus} × {m.CpuModel}"), after.Machines.Select(m => $"{m.Cpus} × {m.CpuModel}"));
        Check("percentile mode", before.Summaries.Select(s => s.Percentiles?.Mode ?? ""), after.Summaries.Select(s => s.Percentiles?.Mode ?? ""));
        return notes;
    }

    private static Dictionary<string, double> Metrics(double? success, double rps, double? p50, double? p95, double? p99)
    {
        var metrics = new Dictionary<string, double> { ["completed_rps"] = rps };
        foreach (var (name, value) in ((string, double?)[])[("success_rate", success), ("p50_latency", p50), ("p95_latency", p95), ("p99_latency", p99)])
            if (value is { } known)
                metrics[name] = known;
        return metrics;
    }
}
