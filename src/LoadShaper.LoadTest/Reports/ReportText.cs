using System.Globalization;
using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Reports;

/// <summary>The sentences and cells that the HTML report, the Markdown summary and the terminal share.</summary>
public static class ReportText
{
    /// <summary>The run's outcome in one line.</summary>
    public static string Status(RunReport report)
    {
        var crossed = report.Thresholds.Count(t => !t.Passed);
        return report.Result.End switch
        {
            RunEnd.EngineFailed or RunEnd.StartMissed => $"FAILED: {report.Result.StopReason}",
            RunEnd.Interrupted => "INTERRUPTED: the figures cover the run up to then",
            RunEnd.Aborted => $"ABORTED: {report.Result.StopReason}",
            RunEnd.MemoryLimit => $"INVALID RUN: {report.Result.StopReason}",
            RunEnd.WorkersLost => $"WORKERS LOST: {report.Result.StopReason}",
            _ when !report.Verdict.Valid => report.Result.Workers.Count == 0
                ? "INVALID RUN: the load generator was the limit, not the target"
                : "INVALID RUN: a load generator was the limit, not the target",
            _ when report.Failures.Any() => $"FAILED: {string.Join("; ", report.Failures)}",
            _ when crossed > 0 => $"FAILED: {crossed} of {report.Thresholds.Count} thresholds crossed",
            _ when report.Thresholds.Count > 0 => $"PASSED: {(report.Thresholds.Count == 1 ? "the threshold" : $"all {report.Thresholds.Count} thresholds")} met",
            _ => "COMPLETED: no thresholds were set",
        };
    }

    /// <summary>"good", "warn" or "bad".</summary>
    public static string Mood(RunReport report) =>
        report.Result.End == RunEnd.Finished && report.Verdict.Valid && report.Thresholds.All(t => t.Passed) && !report.Failures.Any()
            ? "good"
            : report.Result.End == RunEnd.Interrupted ? "warn" : "bad";

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>"1 request", "1,200 requests".</summary>
    public static string Requests(long count) => count == 1 ? "1 request" : $"{Count(count)} requests";

    /// <summary>What the figures of CPU and memory are of: all workers of a distributed run.</summary>
    public static (string Cpu, string Memory) GeneratorScope(RunResult result) => result.Workers.Count == 0 ? ("", "") : (" (all workers)", " (largest worker)");

    /// <summary>Heading of <see cref="RunReport"/>'s machine: in a distributed run, other machines sent the requests.</summary>
    public static string MachineHeading(RunResult result) => result.Workers.Count == 0 ? "Machine" : "Machine of the coordinator";

    public static string Rate(long count, TimeSpan duration)
    {
        var rate = duration <= TimeSpan.Zero ? 0 : count / duration.TotalSeconds;
        return rate.ToString(rate < 10 ? "0.##" : rate < 1000 ? "0.#" : "#,0", CultureInfo.InvariantCulture);
    }

    /// <summary>A latency, or "–" without any.</summary>
    public static string Latency(LatencyHistogram histogram, double percentile) =>
        histogram.Count == 0 ? "–" : MetricText.Latency(percentile >= 100 ? histogram.Max : histogram.Percentile(percentile));

    public static string ErrorRate(RunCounts counts) => counts.Completed + counts.Failed == 0 ? "–" : MetricText.Share(counts.ErrorRate);

    public static string Bytes(long bytes) => bytes switch
    {
        < 0 and > long.MinValue => "-" + Bytes(-bytes),
        >= 1L << 30 => (bytes / (double)(1L << 30)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB",
        >= 1L << 20 => (bytes / (double)(1L << 20)).ToString("0.0", CultureInfo.InvariantCulture) + " MiB",
        >= 1L << 10 => (bytes / (double)(1L << 10)).ToString("0.0", CultureInfo.InvariantCulture) + " KiB",
        _ => bytes.ToString(CultureInfo.InvariantCulture) + " B",
    };

    public static string Duration(TimeSpan duration) => duration < TimeSpan.FromSeconds(10)
        ? duration.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) + "s"
        : Units.Format(TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds)));

    /// <summary>One phase of the plan as a short sentence part.</summary>
    public static string Phase(LoadPhase phase) => phase switch
    {
        ConstantRate p => Units.FormatRate(p.Rate),
        RampRate p => $"{Units.FormatRate(p.From)} to {Units.FormatRate(p.To)}",
        RampHoldRamp p => $"{Units.FormatRate(p.Min)} to {Units.FormatRate(p.Max)}, hold, back",
        StepRates p => $"steps {string.Join(", ", p.Rates.Select(Units.FormatRate))}",
        SpikeRate p => $"{Units.FormatRate(p.Base)} with a spike of {Units.FormatRate(p.Peak)}",
        ClosedUsers p => $"{Count(p.Users)} users{(p.Think.Max > TimeSpan.Zero ? $", think time {Units.Format(p.Think.Min)} to {Units.Format(p.Think.Max)}" : "")}",
        _ => phase.GetType().Name,
    } + $" for {Units.Format(phase.Duration)}";

    /// <summary>What a reader must know to read the figures correctly.</summary>
    public static IEnumerable<string> Notes(RunReport report)
    {
        var result = report.Result;
        // The status line has the loss of workers.
        var lost = result.End == RunEnd.WorkersLost;
        foreach (var reason in report.Verdict.Reasons.Where(r => !lost || r.Code != "workers"))
            yield return reason.Text;
        if (result.Workers.Any(w => w.LostReason is not null))
            yield return "Requests of a lost worker that no other worker sent count as unsent.";
        switch (result.Percentiles.Mode)
        {
            case PercentileMode.Off:
                yield return "Percentiles were off: there are counts, but no latencies.";
                break;
            case PercentileMode.Windowed:
                yield return $"Percentiles cover the last full window of {Units.Format(result.Percentiles.Window)} only; counts cover the whole run.";
                break;
            case PercentileMode.Sampled:
                yield return $"Percentiles come from {MetricText.Share(result.Percentiles.Rate)} of the requests; counts cover all of them.";
                break;
        }
        var clamped = result.Total.Response.Clamped + result.Total.FailedResponse.Clamped;
        if (clamped > 0)
            yield return $"{Requests(clamped)} took longer than 60 s and {(clamped == 1 ? "is" : "are")} recorded as 60 s.";
        if (result.Warmup.Offered > 0)
            yield return $"The warm-up is in no figure: {Requests(result.Warmup.Sent)} sent, {Count(result.Warmup.Failed)} failed.";
        if (result.Total.Counts.Unfinished is > 0 and var unfinished)
            yield return $"{Requests(unfinished)} {(unfinished == 1 ? "was" : "were")} in flight when the run ended; {(unfinished == 1 ? "it counts" : "they count")} as not completed and not failed.";
        if (report.Context.Plan.Batch > TimeSpan.Zero)
            yield return $"Requests were sent on a grid of {Units.Format(report.Context.Plan.Batch)} to save CPU; latencies count from the exact intended time.";
        if (result.Health.EngineLimit is { } limit)
            yield return limit;
        foreach (var warning in result.Warnings.Where(w => !lost || w.Code != "worker.lost"))
            yield return $"At {Duration(warning.At < TimeSpan.Zero ? TimeSpan.Zero : warning.At)}: {warning.Text}";
        foreach (var warning in report.EarlyWarnings)
            yield return $"At {Duration(warning.At)}: {warning.Text}";
    }

    /// <summary>"+9.8 %" or "+0.4 points".</summary>
    public static string Change(MetricRule rule, double change) => !double.IsFinite(change)
        ? "–"
        : (change * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + (rule.IsShare ? " points" : " %");

    public static string Value(MetricRule rule, double value) => !double.IsFinite(value) ? "–"
        : rule.IsShare ? MetricText.Share(value)
        : rule.Name.EndsWith("_latency", StringComparison.Ordinal) ? MetricText.Latency(value * 1000)
        : value.ToString(value < 10 ? "0.##" : "#,0.#", CultureInfo.InvariantCulture) + "/s";

    public static string Verdict(ChangeVerdict verdict) => verdict switch
    {
        ChangeVerdict.Worse => "WORSE",
        ChangeVerdict.Better => "better",
        ChangeVerdict.Same => "same",
        ChangeVerdict.NoData => "no data",
        _ => "inconclusive",
    };
}
