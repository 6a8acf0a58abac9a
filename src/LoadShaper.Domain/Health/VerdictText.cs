using System.Globalization;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Health;

/// <summary>The verdict in one or two sentences, for a reader without knowledge of the idle rule.</summary>
public static class VerdictText
{
    /// <param name="verdict">Null before the first.</param>
    /// <param name="outlook">Null before the first verdict.</param>
    public static string Headline(IdleRule rule, Verdict? verdict, VerdictOutlook? outlook) => verdict switch
    {
        null => "Not known yet. LoadShaper has started and has not judged this VM so far.",
        { Kind: VerdictKind.Safe, TurnsAt: { } turns } when outlook == VerdictOutlook.Falling =>
            $"Safe until {Day(turns)}. LoadShaper cannot add load now; without a fix this VM becomes reclaimable then.",
        { Kind: VerdictKind.Safe } => $"Safe. {IfStopped(verdict)}",
        { Kind: VerdictKind.AtRisk } =>
            $"At risk. Every metric that counts is under Oracle's threshold of {Percent(rule.Threshold)}: Oracle may reclaim this VM. {Needed(rule, verdict)}",
        { SavedBy: not null } =>
            $"Not known yet: {Seen(rule, verdict)}. What was seen is enough so far. {IfStopped(verdict)}",
        _ => $"Not known yet: {Seen(rule, verdict)}. {Needed(rule, verdict)}",
    };

    /// <summary>The headline while no decision arrives: the last verdict is of the past.</summary>
    /// <param name="since">Time of the last decision; null when there was none.</param>
    public static string Silent(Verdict? verdict, DateTimeOffset? since) => since is { } at
        ? $"Not known: LoadShaper has decided nothing since {Day(at)}."
            + (verdict?.TurnsAt is { } turns ? $" By its last verdict this VM becomes reclaimable on {Day(turns)} without more load." : "")
        : "Not known: LoadShaper has started and decides nothing.";

    /// <summary>What the metrics say, in one sentence; null before the first verdict.</summary>
    public static string? Reason(IdleRule rule, Verdict? verdict) => verdict switch
    {
        null => null,
        { SavedBy: { } metric, Margin: { } margin } =>
            Text($"{Name(metric)} protects this VM: {margin:0.00} points above Oracle's threshold of {Percent(rule.Threshold)}."),
        { Kind: VerdictKind.AtRisk, Margin: { } margin } =>
            Text($"The highest metric is {-margin:0.00} points under Oracle's threshold of {Percent(rule.Threshold)}."),
        _ => $"Oracle looks at {Days(rule)}. Until they are seen, LoadShaper counts every unseen minute as idle and fills the CPU until {Percent(rule.Threshold)} is reached even so.",
    };

    /// <summary>Part of the rule's window that was seen, 0 to 1.</summary>
    public static double SeenRatio(IdleRule rule, Verdict? verdict) =>
        verdict is null ? 0 : Math.Clamp(1 - verdict.Missing / rule.Window, 0, 1);

    /// <summary>"4 December at 08:00 UTC".</summary>
    public static string Day(DateTimeOffset at) =>
        at.UtcDateTime.ToString("d MMMM 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string IfStopped(Verdict verdict) => verdict.TurnsAt is { } turns
        ? $"If LoadShaper stopped now, this VM would become reclaimable on {Day(turns)}."
        : "";

    // Rounded down: 99.9 % are not the whole window. One percent is almost two hours.
    private static string Seen(IdleRule rule, Verdict verdict)
    {
        var percent = 100 * SeenRatio(rule, verdict);
        return percent < 10
            ? Text($"{Math.Floor(10 * percent) / 10:0.0} % of {Days(rule)} seen")
            : Text($"{Math.Floor(percent):0} % of {Days(rule)} seen");
    }

    private static string Needed(IdleRule rule, Verdict verdict) => verdict.MinutesNeeded switch
    {
        <= 0 => "",
        1 => $"1 more minute at or above {Percent(rule.Threshold)} is needed.",
        var minutes => Text($"{minutes} more minutes at or above {Percent(rule.Threshold)} are needed."),
    };

    private static string Days(IdleRule rule) => rule.Days == 7 ? "seven days" : Text($"{rule.Days} days");

    private static string Name(IdleMetric metric) => metric switch
    {
        IdleMetric.Cpu => "CPU",
        IdleMetric.Memory => "Memory",
        _ => "Network",
    };

    private static string Percent(double value) => Text($"{value:0.##} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
