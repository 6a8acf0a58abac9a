using System.Globalization;
using System.Text.Json;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Faults.Runs;

/// <summary>A row of the comparison. Values are in the metric's unit: requests a second, a share, milliseconds.</summary>
/// <param name="Expected">Computed from the baseline and the policy; null: not computed.</param>
public sealed record FaultDelta(string Metric, double Baseline, double Policy, double? Expected)
{
    public double Change => Policy - Baseline;
}

/// <summary>A baseline run beside a run with one policy.</summary>
public sealed record FaultComparison(string Scenario, RunFaultPlan Faults, IReadOnlyList<FaultDelta> Rows, IReadOnlyList<string> Notes)
{
    public static FaultComparison Of(RunFaultPlan faults, RunReport baseline, RunReport policy)
    {
        var expected = FaultExpectation.Of(faults, baseline.Context.Plan, baseline.Result);
        var (before, after) = (baseline.Result, policy.Result);
        static double Rps(RunResult r) => r.Duration <= TimeSpan.Zero ? 0 : r.Total.Counts.Completed / r.Duration.TotalSeconds;
        static double Ms(RunResult r, double percentile) => r.Total.Response.Count == 0 ? double.NaN : r.Total.Response.Percentile(percentile) / 1_000.0;
        var notes = new List<string> { "Both runs pass the proxy, so the change is that of the policy. Expected is computed from the baseline's latencies and mean sizes with each exchange alone on its connection." };
        if (faults.Policy.Schedule is not null)
            notes.Add("Nothing is computed for a policy with a schedule.");
        notes.AddRange(expected?.Notes ?? []);
        return new FaultComparison(baseline.Context.Name, faults,
        [
            new("completed/s", Rps(before), Rps(after), expected?.CompletedRps),
            new("error rate", before.Total.Counts.ErrorRate, after.Total.Counts.ErrorRate, expected?.ErrorRate),
            new("p50", Ms(before, 50), Ms(after, 50), expected?.P50 / 1_000),
            new("p95", Ms(before, 95), Ms(after, 95), expected?.P95 / 1_000),
            new("p99", Ms(before, 99), Ms(after, 99), expected?.P99 / 1_000),
        ], notes);
    }

    /// <summary>Heads and rows of the table.</summary>
    public (string[] Heads, IReadOnlyList<string[]> Rows) Table() =>
        (["metric", "baseline", "policy", "change", "expected"],
        [.. Rows.Select(r => (string[])[r.Metric, Text(r.Metric, r.Baseline), Text(r.Metric, r.Policy), Change(r), r.Expected is { } e ? Text(r.Metric, e) : "–"])]);

    public string Markdown()
    {
        var (heads, rows) = Table();
        return $"# {Scenario}: policy {Faults.Policy.Name}\n\n`{PolicyFormatter.Line(Faults.Policy)}`, seed {Faults.Seed}\n\n| {string.Join(" | ", heads)} |\n| --- | ---: | ---: | ---: | ---: |\n"
            + string.Concat(rows.Select(r => $"| {string.Join(" | ", r)} |\n")) + "\n" + string.Concat(Notes.Select(n => $"- {n}\n"));
    }

    public string Json()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("scenario", Scenario);
            json.WriteString("policy", Faults.Policy.Name);
            json.WriteString("text", PolicyFormatter.Line(Faults.Policy));
            json.WriteNumber("seed", Faults.Seed);
            json.WriteStartArray("metrics");
            foreach (var row in Rows)
            {
                json.WriteStartObject();
                json.WriteString("name", row.Metric);
                Number("baseline", row.Baseline);
                Number("policy", row.Policy);
                Number("change", row.Change);
                Number("expected", row.Expected ?? double.NaN);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();

            void Number(string name, double value)
            {
                if (double.IsFinite(value))
                    json.WriteNumber(name, Math.Round(value, 6));
                else
                    json.WriteNull(name);
            }
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static string Text(string metric, double value) => !double.IsFinite(value) ? "–"
        : metric == "error rate" ? MetricText.Share(value)
        : metric == "completed/s" ? value.ToString(value < 10 ? "0.##" : "#,0.#", CultureInfo.InvariantCulture)
        : MetricText.Latency((long)Math.Round(value * 1_000));

    private static string Change(FaultDelta row) => !double.IsFinite(row.Change) ? "–"
        : row.Metric == "error rate" ? (row.Change * 100).ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture) + " points"
        : row.Metric == "completed/s" ? (row.Baseline == 0 ? 0 : row.Change / row.Baseline * 100).ToString("+0.#;-0.#;0", CultureInfo.InvariantCulture) + " %"
        : (row.Change < 0 ? "-" : "+") + MetricText.Latency((long)Math.Round(Math.Abs(row.Change) * 1_000));
}
