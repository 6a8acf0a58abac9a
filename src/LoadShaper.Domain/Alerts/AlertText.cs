using System.Globalization;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Alerts;

/// <summary>Title and message of a notification, in ASCII, without secrets.</summary>
internal static class AlertText
{
    private const int LongestMessage = 1000;

    /// <param name="since">When it was raised; null for the first notification.</param>
    public static Notification Of(AlertInput input, AlertSignal signal, AlertSeverity severity, NotificationPhase phase, DateTimeOffset? since)
    {
        var title = phase == NotificationPhase.Recovered ? RecoveredTitle(signal) : RaisedTitle(signal, input);
        if (phase == NotificationPhase.Reminder)
            title = "still " + title;
        var message = phase == NotificationPhase.Recovered ? Recovered(input, signal) : Raised(input, signal);
        if (since is { } at && input.At > at)
            message += $" {(phase == NotificationPhase.Recovered ? "It lasted" : "For")} {Span(input.At - at)}{(phase == NotificationPhase.Recovered ? "" : " now")}.";
        return new Notification(
            input.At, input.Vm, signal.Kind, signal.Subject, phase, severity, Ascii($"{input.Vm}: {title}"), Clip(Ascii(Redaction.Text(message))),
            signal.Kind == AlertKind.ChannelFailing ? signal.Subject : "");
    }

    public static Notification Test(DateTimeOffset at, string vm) => new(
        at, vm, null, "", NotificationPhase.Test, AlertSeverity.Info, Ascii($"{vm}: test notification"),
        "`loadshaper alert test` sent this. Nothing is wrong.");

    public static string Verdict(Verdict? verdict) => verdict is null ? "" : string.Create(CultureInfo.InvariantCulture,
        $"verdict {VerdictFormatter.Of(verdict.Kind)}{(verdict.Margin is { } margin ? $", margin {margin:0.00} points" : "")}{(verdict.MinutesNeeded > 0 ? $", {verdict.MinutesNeeded} minutes needed" : "")}");

    /// <summary>"2 d 3 h", "5 h 10 min", "12 min": rounded down.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => $"{(int)span.TotalDays} d{(span.Hours > 0 ? $" {span.Hours} h" : "")}",
        { TotalHours: >= 1 } => $"{(int)span.TotalHours} h{(span.Minutes > 0 ? $" {span.Minutes} min" : "")}",
        _ => $"{Math.Max(0, (int)span.TotalMinutes)} min",
    };

    private static string RaisedTitle(AlertSignal signal, AlertInput input) => signal.Kind switch
    {
        AlertKind.AtRisk => "AT RISK of being reclaimed",
        AlertKind.TurnsSoon => input.Condition?.Verdict?.TurnsAt is { } turns && turns > input.At ? $"AT RISK in {Span(turns - input.At)}" : "AT RISK soon",
        AlertKind.Unhealthy => "not protected (unhealthy)",
        AlertKind.JournalUnavailable => "journal unavailable",
        AlertKind.JournalLost => "journal lost",
        AlertKind.OracleReadsIdle => "Oracle's readings call it idle",
        AlertKind.NotPolite => "LoadShaper is not polite",
        AlertKind.PeerSilent => $"{signal.Subject} does not answer",
        _ => $"notifications to {signal.Subject} fail",
    };

    private static string RecoveredTitle(AlertSignal signal) => signal.Kind switch
    {
        AlertKind.AtRisk => "safe again",
        AlertKind.TurnsSoon => "protection continues",
        AlertKind.Unhealthy => "protected again",
        AlertKind.JournalUnavailable => "journal available again",
        AlertKind.OracleReadsIdle => "Oracle's readings agree again",
        AlertKind.NotPolite => "LoadShaper is polite again",
        AlertKind.PeerSilent => $"{signal.Subject} answers again",
        _ => $"notifications to {signal.Subject} work again",
    };

    private static string Raised(AlertInput input, AlertSignal signal) => signal.Kind switch
    {
        AlertKind.AtRisk => $"Every metric of the last 7 days is under Oracle's threshold: Oracle may reclaim this VM. {Sentence(signal.Detail)}"
            + (input.Condition?.Prevented is { } prevented ? $" LoadShaper cannot add load: {Sentence(prevented)}" : " LoadShaper is adding load."),
        AlertKind.TurnsSoon => $"LoadShaper cannot add load: {Sentence(signal.Detail)} Without a fix the verdict turns at {Time(input.Condition?.Verdict?.TurnsAt)}.",
        AlertKind.Unhealthy => $"LoadShaper does not protect this VM now. Failed checks: {Sentence(signal.Detail)} See /health and the log.",
        AlertKind.JournalUnavailable => $"Decisions are not recorded: {Sentence(signal.Detail)} No load runs; after an hour LoadShaper continues in memory at the minimum safe load.",
        AlertKind.JournalLost => $"{Sentence(signal.Detail)} The damaged file was kept; protection continues with what the samples show.",
        AlertKind.OracleReadsIdle => $"By Oracle's own readings this VM is idle, while LoadShaper's call it safe: {Sentence(signal.Detail)} Oracle's count. Compare them with `loadshaper oracle`; a higher CPU_P95_SETPOINT adds load.",
        AlertKind.NotPolite => $"The kernel does not prefer other work to LoadShaper. {Sentence(signal.Detail)}",
        AlertKind.PeerSilent => $"{signal.Subject} has not answered for at least {Span(AlertRule.Of(AlertKind.PeerSilent).RaiseAfter)}: {Sentence(signal.Detail)}{LastReport(input, signal.Subject)}",
        _ => $"{signal.Subject}: {Sentence(signal.Detail)}",
    };

    private static string Recovered(AlertInput input, AlertSignal signal) => signal.Kind switch
    {
        AlertKind.AtRisk => Sentence(Capital(Verdict(input.Condition?.Verdict))),
        AlertKind.PeerSilent => $"{signal.Subject} answers.{LastReport(input, signal.Subject)}",
        _ => Sentence(Capital(Verdict(input.Condition?.Verdict))),
    };

    private static string LastReport(AlertInput input, string peer) =>
        input.Fleet?.Entries.FirstOrDefault(entry => entry.Peer.Name == peer) is { Report: { } report, AnsweredAt: { } at }
            ? $" Its last report, at {Time(at)}: verdict {report.Verdict}, {report.Status}{(report.TurnsAt is { } turns ? $", turns at {Time(turns)} without load" : "")}."
            : "";

    private static string Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? "an unknown time";

    private static string Sentence(string text) => text == "" ? "" : text.TrimEnd('.') + ".";

    private static string Capital(string text) => text == "" ? "" : char.ToUpperInvariant(text[0]) + text[1..];

    private static string Clip(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage] + "...";

    // HTTP headers are ASCII, and a line feed would end one.
    private static string Ascii(string text) => new([.. text.Select(c => c is >= ' ' and <= '~' ? c : c is '\n' or '\r' or '\t' ? ' ' : '?')]);
}
