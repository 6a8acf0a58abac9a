using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Reports;

namespace LoadShaper.LoadTest.Soak;

/// <summary>How much a target may grow in a soak test.</summary>
public sealed record SoakLimits
{
    /// <summary>STRESS_MAX_RSS_DELTA_KB of the specification.</summary>
    public const long DefaultRssDelta = 131_072L << 10;

    /// <summary>STRESS_MAX_ERROR_RATE of the specification.</summary>
    public const double DefaultErrorRate = 0.02;

    public long RssDeltaBytes { get; init; } = DefaultRssDelta;

    /// <summary>Null: no limit.</summary>
    public long? RssSlopeBytesPerHour { get; init; }
    public long DescriptorDelta { get; init; } = 100;
    public long ThreadDelta { get; init; } = 50;
}

public enum SoakOutcome
{
    Passed,
    Failed,

    /// <summary>Too few samples, or the target was started again: nothing can be said. Counts as failed.</summary>
    Inconclusive,
}

/// <param name="Judged">Length of the part that the figures are from.</param>
/// <param name="Slope">Bytes an hour, the median of all pairwise slopes (Theil and Sen).</param>
public sealed record SoakVerdict(
    SoakOutcome Outcome, IReadOnlyList<string> Reasons, TimeSpan Judged, long RssStart, long RssEnd, long RssPeak, double Slope,
    long? DescriptorsStart, long? DescriptorsEnd, long? ThreadsStart, long? ThreadsEnd)
{
    public long RssDelta => RssEnd - RssStart;
}

/// <summary>
/// Decides whether a target leaks. The first tenth of the time is the warm-up and not judged; growth is the median of the last
/// fifth of the samples less the median of the first fifth, so that a single high sample decides nothing.
/// </summary>
public static class SoakJudge
{
    public const int FewestSamples = 10;
    private const string Ended = "the target ended or stopped answering before the end of the run; expected readings until the end";
    private const int MostPoints = 300;
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(10);

    /// <summary>True when the last reading is older than three intervals and 10 seconds at the end of the run.</summary>
    public static bool HasEnded(TimeSpan lastReading, TimeSpan end, TimeSpan interval) =>
        end - lastReading > (interval * 3 > ShortestSilence ? interval * 3 : ShortestSilence);

    /// <param name="restarted">The target was started again in between.</param>
    /// <param name="ended">The target gave no reading at the end.</param>
    public static SoakVerdict Judge(IReadOnlyList<TargetSample> samples, SoakLimits limits, bool restarted, bool ended = false)
    {
        var warmup = samples.Count == 0 ? TimeSpan.Zero : samples[0].At + (samples[^1].At - samples[0].At) / 10;
        var judged = samples.Where(s => s.At >= warmup).ToArray();
        if (judged.Length < FewestSamples)
            return Nothing(samples, ended && samples.Count > 0 ? Ended : $"{judged.Length} samples of the target after the warm-up; expected at least {FewestSamples}: check --pid, --container or --metrics, or run longer");
        var fifth = Math.Max(1, judged.Length / 5);
        var (first, last) = (judged[..fifth], judged[^fifth..]);
        var verdict = new SoakVerdict(
            SoakOutcome.Passed, [], judged[^1].At - judged[0].At, Median(first, s => s.RssBytes)!.Value, Median(last, s => s.RssBytes)!.Value, judged.Max(s => s.RssBytes), Slope(judged),
            Median(first, s => s.Descriptors), Median(last, s => s.Descriptors), Median(first, s => s.Threads), Median(last, s => s.Threads));
        if (restarted)
            return verdict with { Outcome = SoakOutcome.Inconclusive, Reasons = ["the target ended or was started again during the run; expected one process from start to end"] };
        if (ended)
            return verdict with { Outcome = SoakOutcome.Inconclusive, Reasons = [Ended] };
        var reasons = new List<string>();
        if (verdict.RssDelta > limits.RssDeltaBytes)
            reasons.Add($"memory grew by {ReportText.Bytes(verdict.RssDelta)}, from {ReportText.Bytes(verdict.RssStart)} to {ReportText.Bytes(verdict.RssEnd)}; expected at most {ReportText.Bytes(limits.RssDeltaBytes)} (--max-rss-delta)");
        if (limits.RssSlopeBytesPerHour is { } slope && verdict.Slope > slope)
            reasons.Add($"memory grows by {ReportText.Bytes((long)verdict.Slope)} an hour; expected at most {ReportText.Bytes(slope)} (--max-rss-slope)");
        Grown("file descriptors", verdict.DescriptorsStart, verdict.DescriptorsEnd, limits.DescriptorDelta, "--max-fd-delta");
        Grown("threads", verdict.ThreadsStart, verdict.ThreadsEnd, limits.ThreadDelta, "--max-thread-delta");
        return verdict with { Outcome = reasons.Count == 0 ? SoakOutcome.Passed : SoakOutcome.Failed, Reasons = reasons };

        void Grown(string what, long? from, long? to, long limit, string flag)
        {
            if (to - from > limit)
                reasons.Add($"{what} grew from {from} to {to}; expected at most {limit} more ({flag})");
        }
    }

    /// <summary>Median of all pairwise slopes, bytes an hour; of at most 300 points.</summary>
    internal static double Slope(IReadOnlyList<TargetSample> samples)
    {
        var step = (samples.Count + MostPoints - 1) / MostPoints;
        var points = samples.Where((_, i) => i % step == 0).ToArray();
        var slopes = new List<double>(points.Length * points.Length / 2);
        for (var i = 0; i < points.Length; i++)
            for (var j = i + 1; j < points.Length; j++)
                if (points[j].At > points[i].At)
                    slopes.Add((points[j].RssBytes - points[i].RssBytes) / (points[j].At - points[i].At).TotalHours);
        return slopes.Count == 0 ? 0 : Comparer.Median([.. slopes]);
    }

    private static long? Median(TargetSample[] samples, Func<TargetSample, long?> value)
    {
        var values = samples.Select(value).OfType<long>().Select(v => (double)v).ToArray();
        return values.Length == 0 ? null : (long)Comparer.Median(values);
    }

    private static SoakVerdict Nothing(IReadOnlyList<TargetSample> samples, string reason) => new(
        SoakOutcome.Inconclusive, [reason], TimeSpan.Zero, samples.Count > 0 ? samples[0].RssBytes : 0, samples.Count > 0 ? samples[^1].RssBytes : 0,
        samples.Count > 0 ? samples.Max(s => s.RssBytes) : 0, 0, null, null, null, null);
}
